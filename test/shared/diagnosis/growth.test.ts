import { describe, expect, it } from 'vitest';
import { diagnose } from '#shared/diagnosis/diagnose.ts';
import type { Pod } from '#shared/domain/kubernetes.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import type { Job } from '#shared/domain/surroundings.ts';
import { executionsOf } from '#test/support/executions.ts';
import {
  addLog,
  crashLoop,
  event,
  everWith,
  podsOf,
  pullFails,
  serviceOf,
  setCondition,
  unready,
  waiting,
} from '#test/support/faults.ts';
import { many } from '#test/support/many.ts';
import { ago, healthyNamespace, NAMESPACE, wholeNamespace } from '#test/support/namespace.ts';
import { addPolicy, DNS_RULE } from '#test/support/policies.ts';
import { surrounded } from '#test/support/surroundings.ts';

/**
 * A namespace where everything fails must not cost more for each failure than one where little does. For twice the
 * failing things every function and every loop runs twice as often; what looks at all of them for each of them, four times.
 */

const SMALL = 16;
/** Twice as often, and a little for what sorts. */
const MOST_GROWTH = 2.7;
/** What runs less often than this for each failing thing costs nothing. */
const WORTH_COUNTING = 4;

const base = () => surrounded(healthyNamespace());
const NOT_SERVING = 'Readiness probe failed: HTTP probe failed with statuscode: 503';
const own = (snapshot: Snapshot) => podsOf(snapshot, 'otlp-app');
const named = (name: string) => ({ name, namespace: NAMESPACE, uid: `uid-${name}`, creationTimestamp: ago(20) });

function callingInVain(): Snapshot {
  const snapshot = base();
  unready(snapshot, own(snapshot), NOT_SERVING);
  for (const pod of own(snapshot))
    addLog(snapshot, pod, `${ago(1)} ERROR pool: otlp-app-service:80: Connection timed out (os error 110)`);
  return snapshot;
}

function onLostNodes(): Snapshot {
  const snapshot = base();
  unready(snapshot, own(snapshot));
  for (const { status } of snapshot.objects.nodes)
    setCondition(status?.conditions, { type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown' }, 6);
  const leaving = own(snapshot).map(({ metadata, ...rest }) => ({
    ...structuredClone(rest),
    metadata: { ...metadata, name: `${metadata.name}-gone`, deletionTimestamp: ago(5) },
  }));
  snapshot.objects.pods.push(...leaving);
  return snapshot;
}

/** One pod was evicted and is still there, of another one only the event is left. */
function evicted(): Snapshot {
  const snapshot = base();
  const message = 'The node was low on resource: memory.';
  const [first, second] = own(snapshot);
  if (first?.status) Object.assign(first.status, { phase: 'Failed', reason: 'Evicted', message });
  first?.status?.conditions?.push({
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'TerminationByKubelet',
    lastTransitionTime: ago(5),
  });
  if (second)
    event(snapshot, { metadata: { ...second.metadata, name: 'otlp-app-7d4f9c2-zzzzz', uid: 'z' } }, 'Evicted', message);
  return snapshot;
}

/** All of one CronJob, each with a pod that is done and a ConfigMap that is not there. */
function failedJob(): Snapshot {
  const snapshot = base();
  const [pod] = own(snapshot);
  const job: Job = {
    metadata: { ...named('otlp-app-job'), ownerReferences: [{ kind: 'CronJob', name: 'nightly', uid: 'n' }] },
    spec: {
      template: {
        spec: {
          containers: [{ name: 'job', image: 'job', envFrom: [{ secretRef: { name: 'otlp-app-absent' } }] }],
          volumes: [{ name: 'v', configMap: { name: 'otlp-app-absent' } }],
          serviceAccountName: 'otlp-app-absent',
        },
      },
    },
    status: {
      failed: 1,
      startTime: ago(20),
      conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', lastTransitionTime: ago(10) }],
    },
  };
  const done: Pod = {
    ...structuredClone(pod as Pod),
    metadata: {
      ...named('otlp-app-job-x'),
      ownerReferences: [{ kind: 'Job', name: 'otlp-app-job', uid: 'uid-otlp-app-job', controller: true }],
    },
    status: {
      phase: 'Failed',
      containerStatuses: [{ name: 'app', state: { terminated: { exitCode: 1, finishedAt: ago(10) } } }],
    },
  };
  snapshot.objects.jobs.push(job);
  snapshot.objects.pods.push(done);
  snapshot.absentSecrets.push({ namespace: NAMESPACE, name: 'otlp-app-absent' });
  return snapshot;
}

const WORLDS: Record<string, () => Snapshot> = {
  'that are well': base,
  'that crash': () => {
    const snapshot = base();
    return crashLoop(snapshot, own(snapshot), { log: 'error: no such table: orders\n' });
  },
  'that belong to nobody and crash': () => {
    const snapshot = base();
    for (const { metadata } of own(snapshot)) metadata.ownerReferences = [];
    return crashLoop(snapshot, own(snapshot), { log: 'error: no such table: orders\n' });
  },
  'whose images cannot be pulled': () => {
    const snapshot = base();
    return pullFails(snapshot, own(snapshot), 'failed to resolve reference: not found');
  },
  'that do not reach a Service': callingInVain,
  'that policies keep from a Service': () =>
    addPolicy(callingInVain(), 'otlp-app-closed', {
      podSelector: { matchLabels: { app: 'otlp-app' } },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [],
      egress: [DNS_RULE],
    }),
  'whose Secret is not there': () => {
    const snapshot = base();
    snapshot.secrets = [];
    snapshot.absentSecrets = [{ namespace: NAMESPACE, name: 'otlp-app-secrets' }];
    return waiting(snapshot, own(snapshot), 'CreateContainerConfigError', 'secret "otlp-app-secrets" not found');
  },
  'whose claim is not there': () => {
    const snapshot = base();
    everWith(snapshot, 'otlp-app', (_, spec) => {
      spec.volumes?.push({ name: 'data', persistentVolumeClaim: { claimName: 'otlp-app-data' } });
    });
    return waiting(snapshot, own(snapshot), 'ContainerCreating');
  },
  'whose Service is gone, and its Ingress is left': () => {
    const snapshot = base();
    const gone = serviceOf(snapshot, 'otlp-app-service');
    snapshot.objects.services = snapshot.objects.services.filter((service) => service !== gone);
    return snapshot;
  },
  'on nodes that are lost': onLostNodes,
  'that were evicted': evicted,
  'beside Jobs that failed': failedJob,
};

/** What bears a number of its own: the application with its nodes, or each pod of the one application. */
const APPS = ['otlp-app', 'node-a', 'node-b'];
const PODS = ['aaaaa', 'bbbbb', 'node-a', 'node-b', 'zzzzz', 'otlp-app-job'];

const countOf = (count: number, build: () => Snapshot, numbered: string[]) => {
  const snapshot = many(count, build, numbered);
  return executionsOf(/\/shared\/(?:diagnosis|domain|logs)\//, () => {
    diagnose(snapshot, { target: wholeNamespace() });
  });
};

describe.each([
  { of: 'applications', numbered: APPS },
  { of: 'pods of one application', numbered: PODS },
])('for twice the $of every function runs twice as often', ({ numbered }) => {
  it.each(Object.keys(WORLDS))('%s', async (name) => {
    const build = WORLDS[name] ?? base;
    // What is made once for all diagnoses is no matter.
    await countOf(2, build, numbered);
    const [once, twice] = [await countOf(SMALL, build, numbered), await countOf(2 * SMALL, build, numbered)];
    expect(twice.size).toBeGreaterThan(200);
    const superlinear = [...twice].flatMap(([at, count]) => {
      const before = once.get(at) ?? 0;
      return count > WORTH_COUNTING * SMALL && count > MOST_GROWTH * before ? [`${at}: ${before} -> ${count}`] : [];
    });
    expect(superlinear).toEqual([]);
  });
});

it('what looks at all of them for each of them would be found', async () => {
  const work = (count: number) => () => {
    const all = Array.from({ length: count }, (_, index) => index);
    return all.filter((one) => all.some((other) => other === -one));
  };
  const here = /growth\.test\.ts/;
  const [once, twice] = [await executionsOf(here, work(30)), await executionsOf(here, work(60))];
  expect(Math.max(...[...twice].map(([at, count]) => count / (once.get(at) ?? count)))).toBeGreaterThan(3.5);
});
