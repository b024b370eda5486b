import { describe, expect, it } from 'vitest';
import { newPods } from '#shared/actions/new-pods.ts';
import { restartPlan } from '#shared/actions/plan.ts';
import { assessRecovery, type RecoveryFacts, unseen } from '#shared/actions/recovery.ts';
import { config, policyFor } from '#shared/domain/config.ts';
import type { Pod, Workload } from '#shared/domain/kubernetes.ts';
import { target } from '#shared/domain/target.ts';
import { deploymentOf } from '#test/support/faults.ts';
import { healthyNamespace, NAMESPACE, NOW } from '#test/support/namespace.ts';
import { crashLoop, diagnosisOf, healthy, oomKilled } from '#test/support/sample-findings.ts';

const owner = { kind: 'Deployment', namespace: NAMESPACE, name: 'otlp-app' } as const;
const incident = { id: '20261120-100000-1a2b3c', openedAt: '2026-11-20T09:50:00.000Z' };
const past = (seconds: number) => new Date(Date.parse(NOW) - seconds * 1000).toISOString();

type Change = (facts: RecoveryFacts, workload: Workload, pods: Pod[]) => void;

/** Five minutes after a restart that cured: two new pods, Ready for five minutes, nothing wrong any more. */
function facts(change: Change = () => undefined): RecoveryFacts {
  const snapshot = healthyNamespace();
  const workload = deploymentOf(snapshot, 'otlp-app');
  const plan = restartPlan({ owner, workload, incident, reason: 'it hangs', now: new Date(NOW) });
  workload.metadata.annotations = { ...workload.metadata.annotations, 'otlp-medic/incident': incident.id };
  workload.spec.template.metadata = {
    ...workload.spec.template.metadata,
    annotations: { 'kubectl.kubernetes.io/restartedAt': incident.openedAt },
  };
  const pods = newPods(snapshot, owner, workload);
  const about: RecoveryFacts = {
    policy: policyFor(target.parse({ name: 'a', cluster: 'sandbox' }), config.parse({}).policy),
    now: new Date(NOW),
    owner,
    workload,
    pods,
    before: diagnosisOf({ rootCauses: [crashLoop] }),
    after: healthy,
    acted: {
      plan,
      outcome: { result: 'done', reason: '', at: past(300), generation: 3 },
      openedAt: incident.openedAt,
    },
  };
  change(about, workload, pods);
  return about;
}

const first = (pods: Pod[]): Pod => {
  const [pod] = pods;
  if (!pod) throw new Error('no pods');
  return pod;
};
const status = (pod: Pod) => pod.status?.containerStatuses?.[0] ?? { name: '' };

const setReady = (pod: Pod, value: string, secondsAgo: number) =>
  Object.assign(pod.status?.conditions?.find(({ type }) => type === 'Ready') ?? {}, {
    status: value,
    lastTransitionTime: past(secondsAgo),
  });

const setCondition = (workload: Workload, type: string, change: object) => {
  const conditions = workload.status?.conditions ?? [];
  const found = conditions.find((one) => one.type === type);
  if (found) Object.assign(found, change);
  else conditions.push({ type, status: 'Unknown', ...change });
};

describe('a recovery', () => {
  it('is proven when rollout, pods, time and root cause all agree', () => {
    const found = assessRecovery(facts());
    expect(found).toMatchObject({ outcome: 'recovered' });
    expect(Object.fromEntries(found.checks.map(({ name, outcome }) => [name, outcome]))).toEqual({
      unchanged: 'pass',
      rollout: 'pass',
      'new pods': 'pass',
      stability: 'pass',
      'root cause': 'pass',
      canary: 'not-checked',
    });
  });

  it('quotes the live object, which is not redacted, without its secrets', () => {
    const refused = facts((_, w) => {
      Object.assign(w.status ?? {}, { updatedReplicas: 1 });
      setCondition(w, 'ReplicaFailure', { status: 'True', message: 'denied: DB_PASSWORD=hunter2hunter2 in env' });
    });
    expect(assessRecovery(refused).reason).toBe('rollout: pods cannot be made: denied: DB_PASSWORD=[redacted] in env');
  });

  const SETTLING: [string, Change, RegExp][] = [
    ['the rollout goes on', (_, w) => Object.assign(w.status ?? {}, { updatedReplicas: 1 }), /rollout: 1 of 2/],
    [
      'a new pod is missing',
      (f) => {
        f.pods = f.pods.slice(1);
      },
      /1 of 2 new pods/,
    ],
    ['a new pod is not Ready', (_, __, pods) => void setReady(first(pods), 'False', 5), /is not Ready/],
    [
      'a new pod is Ready for a moment only',
      (_, __, pods) => void setReady(first(pods), 'True', 60),
      /Ready for 60 of 120 s/,
    ],
    [
      'a container restarted within the time',
      (_, __, pods) =>
        void Object.assign(status(first(pods)), {
          restartCount: 1,
          lastState: { terminated: { exitCode: 1, finishedAt: past(50) } },
        }),
      /restarted 50 s ago/,
    ],
    [
      'another workload is down and nothing says why',
      (f) => {
        f.after = { verdict: 'failed', rootCauses: [] };
      },
      /root cause: the target is failed, and no root cause says why/,
    ],
    [
      'the root cause is still there',
      (f) => {
        f.after = diagnosisOf({ rootCauses: [crashLoop] });
      },
      /still there/,
    ],
    [
      'there is a new root cause',
      (f) => {
        f.after = diagnosisOf({ rootCauses: [oomKilled] });
      },
      /is new/,
    ],
    [
      'the target could not be examined',
      (f) => {
        f.after = diagnosisOf({ verdict: 'unknown', rootCauses: [] });
      },
      /could not be examined/,
    ],
    [
      'pods may not be read',
      (f) => {
        f.podsUnread = 'forbidden';
        f.pods = [];
      },
      /new pods: forbidden/,
    ],
    [
      'a bad waiting reason is younger than the grace',
      (_, __, pods) => {
        const pod = first(pods);
        pod.metadata.creationTimestamp = past(10);
        setReady(pod, 'False', 10);
        Object.assign(status(pod), { state: { waiting: { reason: 'ErrImagePull' } } });
      },
      /not Ready/,
    ],
    [
      'an old ProgressDeadlineExceeded is left from before the restart',
      (_, w) => {
        Object.assign(w.status ?? {}, { updatedReplicas: 1 });
        setCondition(w, 'Progressing', {
          status: 'False',
          reason: 'ProgressDeadlineExceeded',
          lastUpdateTime: past(900),
        });
      },
      /rollout: 1 of 2/,
    ],
  ];
  it.each(SETTLING)('settles while %s', (_, change, says) => {
    const found = assessRecovery(facts(change));
    expect(found.outcome).toBe('settling');
    expect(found.reason).toMatch(says);
  });

  it.each(SETTLING)('has failed at the limit when %s', (_, change) => {
    const late: Change = (about, ...rest) => {
      change(about, ...rest);
      about.policy = { ...about.policy, recoveryLimitSeconds: 300 };
    };
    expect(assessRecovery(facts(late))).toMatchObject({
      outcome: 'not-recovered',
      reason: expect.stringMatching(/^not within 300 s: /),
    });
  });

  const FAILED: [string, Change, RegExp][] = [
    [
      'it is gone',
      (f) => {
        f.workload = undefined;
      },
      /does not exist/,
    ],
    [
      'someone made it anew',
      (_, w) => {
        w.metadata.uid = 'other';
      },
      /made anew/,
    ],
    [
      'someone changed its template',
      (_, w) => Object.assign(w.spec.template.spec.containers[0] ?? {}, { image: 'other:2' }),
      /someone else changed/,
    ],
    [
      'someone took the restart mark away',
      (_, w) => {
        w.spec.template.metadata = {};
      },
      /someone else changed/,
    ],
    [
      'someone scaled it to zero',
      (_, w) => {
        w.spec.replicas = 0;
        Object.assign(w.status ?? {}, { replicas: 0, updatedReplicas: 0, availableReplicas: 0 });
      },
      /scaled to zero/,
    ],
    [
      'someone paused it half-way',
      (_, w) => {
        w.spec.paused = true;
        Object.assign(w.status ?? {}, { updatedReplicas: 1 });
      },
      /paused/,
    ],
    [
      'pods cannot be made',
      (_, w) => {
        Object.assign(w.status ?? {}, { updatedReplicas: 0 });
        setCondition(w, 'ReplicaFailure', { status: 'True', message: 'exceeded quota' });
      },
      /exceeded quota/,
    ],
    [
      'the rollout passed its deadline after the restart',
      (_, w) => {
        Object.assign(w.status ?? {}, { updatedReplicas: 1 });
        setCondition(w, 'Progressing', {
          status: 'False',
          reason: 'ProgressDeadlineExceeded',
          lastUpdateTime: past(100),
        });
      },
      /did not progress/,
    ],
    ...['CrashLoopBackOff', 'ImagePullBackOff', 'CreateContainerConfigError'].map(
      (reason): [string, Change, RegExp] => [
        `a new container waits with ${reason}`,
        (_, __, pods) => {
          setReady(first(pods), 'False', 60);
          Object.assign(status(first(pods)), { state: { waiting: { reason } } });
        },
        new RegExp(reason),
      ],
    ),
  ];
  it.each(FAILED)('fails at once when %s', (_, change, says) => {
    const found = assessRecovery(facts(change));
    expect(found.outcome).toBe('not-recovered');
    expect(found.reason).toMatch(says);
  });

  it('is not disturbed by an autoscaler that changes the replica count', () => {
    const scaled: Change = (_, workload) => {
      workload.metadata.generation = 9;
      Object.assign(workload.status ?? {}, { observedGeneration: 9 });
    };
    expect(assessRecovery(facts(scaled)).outcome).toBe('recovered');
  });

  it('without an action judges the present state, and never settles', () => {
    expect(
      assessRecovery(
        facts((f) => {
          f.acted = undefined;
        }),
      ).outcome,
    ).toBe('recovered');
    const broken = assessRecovery(
      facts((f) => {
        f.acted = undefined;
        f.after = diagnosisOf();
      }),
    );
    expect(broken.outcome).toBe('not-recovered');
  });

  it('is neither proven nor lost while the cluster does not answer, until the limit', () => {
    const { acted, policy, now } = facts();
    expect(unseen({ acted, policy, now }, 'connection refused').outcome).toBe('settling');
    expect(unseen({ acted, policy: { ...policy, recoveryLimitSeconds: 60 }, now }, 'connection refused').outcome).toBe(
      'not-recovered',
    );
  });
});
