import type { KubeObject, Pod, Workload } from '#shared/domain/kubernetes.ts';
import type { KubeEvent } from '#shared/domain/kubernetes-event.ts';
import type { ContainerLog } from '#shared/domain/snapshot.ts';
import { drawn, uidOf } from './names.ts';
import { ago } from './time.ts';

/** An object as the API gives it, with whatever fields its kind has. */
export type Whole = KubeObject & { kind: string; apiVersion: string };

interface Said {
  /** how often, and over which time: `kubectl describe` writes "x12 over 40m" */
  count?: number;
  from?: number;
  to?: number;
  component?: string;
}

/** A cluster at one moment: all its objects, events and logs. Cases start with a healthy one and break it. */
export class World {
  readonly objects: Whole[] = [];
  readonly events: KubeEvent[] = [];
  readonly logs: ContainerLog[] = [];
  readonly namespace: string;

  constructor(namespace: string) {
    this.namespace = namespace;
  }

  add<T extends object>(object: T): T {
    this.objects.push(object as unknown as Whole);
    return object;
  }

  remove(...gone: KubeObject[]): void {
    for (const each of gone) this.objects.splice(this.objects.indexOf(each as Whole), 1);
  }

  all<T = Whole>(kind: string, namespace?: string): T[] {
    return this.objects.filter(
      (each) => each.kind === kind && (namespace === undefined || each.metadata.namespace === namespace),
    ) as unknown as T[];
  }

  /** The object of that kind and name, in the namespace of the case unless another one is named. */
  get<T = Whole>(kind: string, name: string, namespace: string | undefined = this.namespace): T {
    const found = this.objects.find(
      ({ kind: other, metadata }) =>
        other === kind && metadata.name === name && (metadata.namespace ?? namespace) === namespace,
    );
    if (!found) throw new Error(`the case has no ${kind} ${namespace}/${name}`);
    return found as unknown as T;
  }

  /** The pods whose controller is this workload, directly or through its ReplicaSets; the oldest first. */
  podsOf(owner: KubeObject): Pod[] {
    const uids = new Set([owner.metadata.uid, ...this.setsOf(owner).map(({ metadata }) => metadata.uid)]);
    return this.all<Pod>('Pod').filter(({ metadata }) => uids.has(metadata.ownerReferences?.[0]?.uid));
  }

  setsOf(deployment: KubeObject): Workload[] {
    return this.all<Workload>('ReplicaSet').filter(
      ({ metadata }) => metadata.ownerReferences?.[0]?.uid === deployment.metadata.uid,
    );
  }

  /** An Event about an object; by default a warning of the kubelet in the last ten minutes. */
  event(
    about: KubeObject,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    { count = 1, from = 10, to = count === 1 ? from : 0.5, component = 'kubelet' }: Said = {},
  ): void {
    const { kind = '', apiVersion = 'v1', metadata } = about;
    const namespace = metadata.namespace ?? 'default';
    const node = (about as Pod).spec?.nodeName;
    const key = `${metadata.name} ${reason} ${message} ${from}`;
    this.events.push({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: {
        name: `${metadata.name}.${drawn(key, 16)}`,
        namespace,
        uid: uidOf(key),
        creationTimestamp: ago(from),
      },
      involvedObject: {
        kind,
        namespace,
        name: metadata.name,
        uid: metadata.uid ?? '',
        apiVersion,
      } as KubeEvent['involvedObject'],
      type,
      reason,
      message,
      count,
      firstTimestamp: ago(from),
      lastTimestamp: ago(to),
      eventTime: null,
      source: { component, ...(component === 'kubelet' && node ? { host: node } : {}) },
      reportingComponent: component,
    });
  }

  /** What `kubectl logs` answers for a container of the pod. */
  log(pod: Pod, text: string, { previous = false, container = pod.spec.containers[0]?.name ?? '' } = {}): void {
    const { namespace = '', name } = pod.metadata;
    this.logs.push({ namespace, pod: name, container, previous, text: `${text.trim()}\n`, truncated: false });
  }
}
