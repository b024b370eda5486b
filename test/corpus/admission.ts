import type { Container, Workload } from '#shared/domain/kubernetes.ts';
import { rollOut } from './faults.ts';
import { clusterThing } from './things.ts';
import { ago, DAY } from './time.ts';
import type { World } from './world.ts';

interface Asks {
  webhook: string;
  service: { namespace: string; name: string; path: string };
  timeoutSeconds?: number;
  age?: number;
}

/** Every pod that is created anywhere goes through this webhook, or is not created. */
export function podWebhook(world: World, name: string, { webhook, service, timeoutSeconds = 10, age }: Asks): void {
  const webhooks = [
    {
      name: webhook,
      failurePolicy: 'Fail',
      clientConfig: { service: { ...service, port: 443 } },
      rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'], scope: '*' }],
      matchPolicy: 'Equivalent',
      namespaceSelector: {},
      objectSelector: {},
      reinvocationPolicy: 'Never',
      sideEffects: 'None',
      timeoutSeconds,
      admissionReviewVersions: ['v1'],
    },
  ];
  const made = { age: age ?? 80 * DAY };
  clusterThing(world, 'admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration', name, { webhooks }, made);
}

/** A new revision whose first pod the API server refuses; the old pods serve on. */
export function surgeRefused(
  world: World,
  each: Workload,
  change: (container: Container) => void,
  message: (pod: string) => string,
  minutes = 18,
): void {
  world.remove(...rollOut(world, each, change, { minutes }));
  const set = world.setsOf(each).at(-1);
  if (!set) throw new Error('a ReplicaSet');
  const text = message(`${set.metadata.name}-x7k2p`);
  const at = ago(minutes);
  const condition = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: text };
  for (const object of [set, each]) {
    const conditions = [
      ...(object.status?.conditions ?? []),
      { ...condition, lastTransitionTime: at, lastUpdateTime: at },
    ];
    object.status = { ...object.status, conditions };
  }
  const said = { count: 17, from: minutes, component: 'replicaset-controller' };
  world.event(set, 'Warning', 'FailedCreate', `Error creating: ${text}`, said);
}

/** No pod of this StatefulSet or DaemonSet was ever let in. */
export function neverLetIn(world: World, each: Workload, refusal: (pod: string) => string, minutes: number): void {
  const { kind = '', metadata } = each;
  const wanted = world.podsOf(each);
  world.remove(...wanted);
  const stateful = kind === 'StatefulSet';
  const pod = stateful ? `${metadata.name}-0` : `${metadata.name}-m4x8d`;
  if (!stateful) each.status = { ...each.status, desiredNumberScheduled: wanted.length };
  world.event(
    each,
    'Warning',
    'FailedCreate',
    stateful
      ? `create Pod ${pod} in StatefulSet ${metadata.name} failed error: ${refusal(pod)}`
      : `Error creating: ${refusal(pod)}`,
    { count: 31, from: minutes, component: stateful ? 'statefulset-controller' : 'daemonset-controller' },
  );
}
