import type { Pod, Workload } from '#shared/domain/kubernetes.ts';
import { AutoscalerController } from './controllers/autoscaler.ts';
import { DeploymentController } from './controllers/deployments.ts';
import { EndpointsController } from './controllers/endpoints.ts';
import { EventRecorder } from './controllers/event-recorder.ts';
import { JobController } from './controllers/jobs.ts';
import { NodeLifecycleController } from './controllers/node-lifecycle.ts';
import { QuotaController } from './controllers/quotas.ts';
import { deletePod, ReplicaSetController } from './controllers/replicasets.ts';
import { Scheduler } from './controllers/scheduler.ts';
import { WebhookAdmission } from './controllers/webhooks.ts';
import type { HttpCall } from './http-call.ts';
import { ImagePuller } from './kubelet/image-puller.ts';
import { Kubelet } from './kubelet/kubelet.ts';
import * as manifests from './manifests.ts';
import { Names } from './names.ts';
import { Network } from './network.ts';
import { ObjectStore, type Ref } from './object-store.ts';
import { isReady, KINDS, type Kind, type StoredKinds } from './objects.ts';
import { publishedImages, Registry } from './programs/registry.ts';
import { stamp, Timeline } from './timeline.ts';

/** Between a write and the controllers that watch for it. */
const WATCH_LATENCY_SECONDS = 0.05;

export const KUBECTL_APPLY = 'kubectl-client-side-apply';
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** The whole cluster in process: objects, controllers, kubelets, pod network, image registry. */
export class SandboxCluster {
  readonly timeline: Timeline;
  readonly store: ObjectStore;
  readonly network: Network;
  readonly kubelet: Kubelet;
  readonly names: Names;
  readonly #events: EventRecorder;
  readonly #controllers: { sync(): void }[];
  #syncPlanned = false;

  constructor(options: { start: Date; speed: number; seed: number }) {
    this.timeline = new Timeline(options.start, options.speed);
    this.names = new Names(options.seed);
    const { timeline, names } = this;
    const store = new ObjectStore(timeline, names);
    const network = new Network(store);
    const events = new EventRecorder(store, timeline, names);
    const registry = new Registry(publishedImages());
    const webhooks = new WebhookAdmission(store);
    const quotas = new QuotaController(store);
    const puller = new ImagePuller(registry, timeline);
    this.#events = events;
    this.store = store;
    this.network = network;
    this.kubelet = new Kubelet({ store, timeline, names, network, registry, puller }, events);
    new NodeLifecycleController(store, events, timeline, this.kubelet);
    this.#controllers = [
      new DeploymentController(store, events, timeline),
      new ReplicaSetController(store, events, timeline, names, (pod) => webhooks.refusal(pod) ?? quotas.refusal(pod)),
      new Scheduler(store, events, timeline),
      this.kubelet,
      new EndpointsController(store, timeline, names),
      quotas,
      new JobController(store, events, timeline, names),
    ];
    new AutoscalerController(store, timeline, () => this.kubelet.metrics());
    store.onChange(({ kind }) => {
      if (kind !== 'events') this.#planSync();
    });
  }

  /** Creates an object; what is applied with kubectl carries its own text. */
  apply<K extends Kind>(kind: K, object: StoredKinds[K], manager = KUBECTL_APPLY): void {
    const written = structuredClone(object);
    if (manager === KUBECTL_APPLY) {
      const text = `${JSON.stringify({ ...KINDS[kind], ...object })}\n`;
      written.metadata.annotations = { ...object.metadata.annotations, [LAST_APPLIED]: text };
    }
    this.store.create(kind, written, { manager });
  }

  /** Days without incident; what is too old for the API to keep is gone after them. */
  leap(seconds: number): void {
    this.timeline.leap(seconds);
    this.kubelet.beat();
    this.#events.expire();
  }

  /** Changes an object in place, as a person with an editor does; a mere name is one of the app's namespace. */
  edit<K extends Kind>(
    kind: K,
    which: string | Ref,
    change: (draft: StoredKinds[K]) => void,
    manager = 'kubectl-edit',
  ): void {
    const ref = typeof which === 'string' ? { namespace: manifests.NAMESPACE, name: which } : which;
    this.store.update(kind, ref, change, { manager });
  }

  deployment(name: string): Workload | undefined {
    return this.store.get('deployments', { namespace: manifests.NAMESPACE, name });
  }

  podsOf(app: string): Pod[] {
    return this.store.list('pods', manifests.NAMESPACE).filter(({ metadata }) => metadata.labels?.app === app);
  }

  /** Ends the pods of an app, as a drained node does: their ReplicaSet makes new ones. */
  evict(app: string): void {
    for (const pod of this.podsOf(app)) deletePod(this.store, pod, this.timeline.now());
  }

  /** A request of a client inside the cluster to every pod of an app. */
  async requestEach(app: string, port: number, call: Omit<HttpCall, 'port'>): Promise<PromiseSettledResult<unknown>[]> {
    const addresses = this.podsOf(app).map(({ status }) => status?.podIP ?? '');
    return Promise.allSettled(addresses.map((ip) => this.network.request(ip, port, call)));
  }

  isAvailable(name: string): boolean {
    const { spec, status } = this.deployment(name) ?? {};
    return (status?.availableReplicas ?? 0) === (spec?.replicas ?? 1) && this.podsOf(name).every(isReady);
  }

  async stop(): Promise<void> {
    this.timeline.stop();
    await this.network.stop();
  }

  now(): string {
    return stamp(this.timeline.now());
  }

  #planSync(): void {
    if (this.#syncPlanned) return;
    this.#syncPlanned = true;
    this.timeline.after(WATCH_LATENCY_SECONDS, () => {
      this.#syncPlanned = false;
      for (const controller of this.#controllers) controller.sync();
    });
  }
}
