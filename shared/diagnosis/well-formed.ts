import type { SnapshotObjects } from '#shared/domain/snapshot.ts';
import { base, conditions, pod, podSpec } from './pod-shape.ts';
import { either, fitted, flag, list, number, object, type Shape, type ShapeOf, text, texts } from './shape.ts';
import { SURROUNDINGS, selector } from './surroundings-shape.ts';

/*
 * The shapes of the objects that rules read. Files that people have cut down, and APIs that write null for an empty
 * list, come through here once, so that no rule has to doubt the type of a field.
 */

const template = object({ metadata: object({ labels: texts, annotations: texts }), spec: podSpec }, 'spec');
const workload = object(
  {
    ...base,
    spec: object({
      replicas: number,
      paused: flag,
      revisionHistoryLimit: number,
      progressDeadlineSeconds: number,
      minReadySeconds: number,
      selector,
      template,
      strategy: object({ type: text, rollingUpdate: object({ maxSurge: either, maxUnavailable: either }) }),
      podManagementPolicy: text,
      updateStrategy: object({ type: text, rollingUpdate: object({ partition: number }) }),
    }),
    status: object({
      observedGeneration: number,
      replicas: number,
      updatedReplicas: number,
      readyReplicas: number,
      availableReplicas: number,
      unavailableReplicas: number,
      currentReplicas: number,
      currentRevision: text,
      updateRevision: text,
      desiredNumberScheduled: number,
      updatedNumberScheduled: number,
      numberAvailable: number,
      numberReady: number,
      conditions,
    }),
  },
  'metadata',
);

const SHAPES: { [Kind in keyof SnapshotObjects]: ShapeOf<SnapshotObjects[Kind]> } = {
  namespaces: list(object(base, 'metadata')),
  nodes: list(
    object(
      {
        ...base,
        spec: object({
          unschedulable: flag,
          providerID: text,
          taints: list(object({ key: text, value: text, effect: text }, 'key', 'effect')),
        }),
        status: object({ conditions, allocatable: texts, capacity: texts }),
      },
      'metadata',
    ),
  ),
  pods: list(pod),
  deployments: list(workload),
  replicasets: list(workload),
  statefulsets: list(workload),
  daemonsets: list(workload),
  controllerrevisions: list(
    object({ ...base, revision: number, data: object({ spec: object({ template }) }) }, 'metadata'),
  ),
  services: list(
    object(
      {
        ...base,
        spec: object({
          type: text,
          clusterIP: text,
          selector: texts,
          ports: list(
            object({ name: text, port: number, targetPort: either, protocol: text, appProtocol: text }, 'port'),
          ),
          publishNotReadyAddresses: flag,
          externalName: text,
        }),
        status: object({ loadBalancer: object({ ingress: list(object({ ip: text, hostname: text })) }) }),
      },
      'metadata',
    ),
  ),
  endpointslices: list(
    object(
      {
        ...base,
        endpoints: list(
          object({
            addresses: list(text),
            conditions: object({ ready: flag, serving: flag, terminating: flag }),
            targetRef: object({ kind: text, name: text, namespace: text }),
          }),
        ),
        ports: list(object({ name: text, port: number, protocol: text })),
      },
      'metadata',
    ),
  ),
  configmaps: list(object({ ...base, data: texts, binaryData: texts }, 'metadata')),
  events: list(
    object(
      {
        ...base,
        type: text,
        reason: text,
        message: text,
        count: number,
        firstTimestamp: text,
        lastTimestamp: text,
        eventTime: text,
        series: object({ count: number, lastObservedTime: text }),
        involvedObject: object({ kind: text, namespace: text, name: text, uid: text, fieldPath: text }),
        source: object({ component: text, host: text }),
        reportingComponent: text,
      },
      'metadata',
      'involvedObject',
    ),
  ),
  resourcequotas: list(
    object({ ...base, spec: object({ hard: texts }), status: object({ hard: texts, used: texts }) }, 'metadata'),
  ),
  ...SURROUNDINGS,
  podmetrics: list(
    object(
      {
        ...base,
        timestamp: text,
        window: text,
        containers: list(object({ name: text, usage: texts }, 'name', 'usage')),
      },
      'metadata',
    ),
  ),
};

/** The same objects, without whatever is not of its type. */
export function wellFormed(objects: SnapshotObjects): SnapshotObjects {
  const kinds = Object.entries<Shape>(SHAPES).map(([kind, shape]) => [
    kind,
    fitted(objects[kind as keyof SnapshotObjects], shape) ?? [],
  ]);
  return Object.fromEntries(kinds);
}
