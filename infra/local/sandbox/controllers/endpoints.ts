import type { EndpointSlice, Pod, Service } from '#shared/domain/kubernetes.ts';
import type { Names } from '../names.ts';
import type { ObjectStore, Ref } from '../object-store.ts';
import { controllerRef, isReady, matches } from '../objects.ts';
import { stamp, type Timeline } from '../timeline.ts';

const WRITER = { manager: 'kube-controller-manager' };

/** One EndpointSlice for each Service with a selector: an address serves while its pod is ready. */
export class EndpointsController {
  readonly #store: ObjectStore;
  readonly #timeline: Timeline;
  readonly #names: Names;

  constructor(store: ObjectStore, timeline: Timeline, names: Names) {
    this.#store = store;
    this.#timeline = timeline;
    this.#names = names;
  }

  sync(): void {
    for (const service of this.#store.list('services')) if (service.spec.selector) this.#syncOne(service);
  }

  #syncOne(service: Service): void {
    const { namespace = '', name } = service.metadata;
    const pods = this.#store
      .list('pods', namespace)
      .filter(
        (pod) =>
          matches(service.spec.selector, pod.metadata.labels) && pod.status?.podIP && pod.status.phase !== 'Failed',
      );
    const endpoints = pods.map((pod) => this.#endpoint(pod));
    const ports = (service.spec.ports ?? []).map((port) => ({
      ...(port.name ? { name: port.name } : {}),
      port: targetPort(pods[0], port.targetPort ?? port.port),
      protocol: port.protocol ?? 'TCP',
    }));
    const trigger = { 'endpoints.kubernetes.io/last-change-trigger-time': stamp(this.#timeline.now()) };
    const known = this.#store
      .list('endpointslices', namespace)
      .find((slice) => slice.metadata.labels?.[SERVICE] === name);
    if (known) {
      const before = JSON.stringify([known.endpoints, known.ports]);
      if (before === JSON.stringify([endpoints, ports])) return;
      this.#store.update(
        'endpointslices',
        known.metadata,
        (draft) => {
          Object.assign(draft, { endpoints, ports });
          draft.metadata.annotations = { ...draft.metadata.annotations, ...trigger };
        },
        WRITER,
      );
      return;
    }
    const slice = {
      metadata: {
        generateName: `${name}-`,
        name: `${name}-${this.#names.suffix()}`,
        namespace,
        labels: { ...service.metadata.labels, [MANAGED_BY]: 'endpointslice-controller.k8s.io', [SERVICE]: name },
        annotations: trigger,
        ownerReferences: [controllerRef(service)],
      },
      addressType: 'IPv4',
      endpoints,
      ports,
    };
    this.#store.create('endpointslices', slice as EndpointSlice, WRITER);
  }

  #endpoint(pod: Pod) {
    const { name, namespace = '', uid = '', deletionTimestamp } = pod.metadata;
    const nodeName = pod.spec.nodeName ?? '';
    const node = this.#store.get('nodes', { name: nodeName });
    const serving = isReady(pod);
    const terminating = deletionTimestamp !== undefined;
    return {
      addresses: [pod.status?.podIP ?? ''],
      conditions: { ready: serving && !terminating, serving, terminating },
      nodeName,
      targetRef: { kind: 'Pod', name, namespace, uid },
      zone: node?.metadata.labels?.['topology.kubernetes.io/zone'] ?? '',
    };
  }
}

/** The addresses that serve for a Service now, with the number behind each of its ports, in their order. */
export function readyEndpoints(store: ObjectStore, { namespace = '', name }: Ref): { ip: string; ports: number[] }[] {
  return store
    .list('endpointslices', namespace)
    .filter(({ metadata }) => metadata.labels?.[SERVICE] === name)
    .flatMap(({ endpoints = [], ports = [] }) =>
      endpoints
        .filter(({ conditions }) => conditions?.ready)
        .flatMap(({ addresses = [] }) => addresses)
        .map((ip) => ({ ip, ports: ports.map(({ port = 0 }) => port) })),
    );
}

const SERVICE = 'kubernetes.io/service-name';
const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';

/** A named port is the pod's own; a number is taken as it stands, whether anything listens there or not. */
function targetPort(pod: Pod | undefined, port: number | string): number {
  if (typeof port === 'number') return port;
  const named = pod?.spec.containers.flatMap(({ ports }) => ports ?? []).find(({ name }) => name === port);
  return named?.containerPort ?? 0;
}
