import { describe, expect, it } from 'vitest';
import type { Pod } from '#shared/domain/kubernetes.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { codes, findingOf, judge, roots } from '#test/support/diagnosing.ts';
import { event, evict as evicted, podsOf, pullFails, setCondition } from '#test/support/faults.ts';
import { ago, healthyNamespace, settle, wholeNamespace } from '#test/support/namespace.ts';

const LOW_MEMORY =
  'The node was low on resource: memory. Threshold quantity: 100Mi, available: 45080Ki. Container app was using 980Mi, request is 128Mi, has larger consumption of memory. ';

const evict = (snapshot: Snapshot, pods: Pod[], message = LOW_MEMORY, minutes = 4) =>
  evicted(snapshot, pods, message, minutes);

const without = (snapshot: Snapshot, app: string) => {
  snapshot.objects.pods = snapshot.objects.pods.filter(({ metadata }) => metadata.labels?.app !== app);
  return settle(snapshot);
};

describe('pods that their node threw out', () => {
  it('are the reason of missing replicas, with the words of the kubelet', () => {
    const snapshot = healthyNamespace();
    evict(snapshot, podsOf(snapshot, 'otlp-app'));
    expect(roots(snapshot)).toEqual(['pod-evicted']);
    const found = findingOf(snapshot, 'pod-evicted');
    expect(found).toMatchObject({ severity: 'P0', confidence: 'certain', firstSeen: '2026-11-20T09:56:00.000Z' });
    expect(found.cause).toContain('Container app was using 980Mi, request is 128Mi');
    expect(found.evidence[0]).toMatchObject({
      path: 'status.reason',
      value: expect.stringContaining('Evicted: The node was low'),
    });
  });

  it.each([
    'Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. ',
    'Container app exceeded its local ephemeral storage limit "1Gi". ',
    'Usage of EmptyDir volume "cache" exceeds the limit "500Mi". ',
  ])('for their own use of disk are another fault: %s', (message) => {
    const snapshot = healthyNamespace();
    evict(snapshot, podsOf(snapshot, 'otlp-app'), message);
    expect(roots(snapshot)).toEqual(['ephemeral-storage-exceeded']);
  });

  it('are explained by the pressure of their node', () => {
    const snapshot = healthyNamespace();
    evict(snapshot, podsOf(snapshot, 'otlp-app'));
    for (const { status } of snapshot.objects.nodes)
      setCondition(
        status?.conditions,
        { type: 'MemoryPressure', status: 'True', reason: 'KubeletHasInsufficientMemory' },
        5,
      );
    expect(new Set(roots(snapshot))).toEqual(new Set(['node-memory-pressure']));
  });

  it('tell that the pressure of their node goes on, though others serve instead', () => {
    const pressed = (minutes: number) => {
      const snapshot = healthyNamespace();
      const [pod] = podsOf(snapshot, 'otlp-app');
      const copy = structuredClone(pod) as Pod;
      copy.metadata = { ...copy.metadata, name: 'otlp-app-7d4f9c2-zzzzz', uid: 'uid-zzzzz' };
      snapshot.objects.pods.push(copy);
      evict(snapshot, [copy], LOW_MEMORY, minutes);
      for (const { status } of snapshot.objects.nodes)
        setCondition(status?.conditions, { type: 'MemoryPressure', status: 'True' }, minutes);
      return snapshot;
    };
    expect(new Set(roots(pressed(20)))).toEqual(new Set(['node-memory-pressure']));
    expect(roots(pressed(200))).toEqual([]);
  });

  it('are no reason where their successor cannot have its image', () => {
    const snapshot = healthyNamespace();
    const [pod, successor] = podsOf(snapshot, 'otlp-app');
    evict(snapshot, pod ? [pod] : []);
    pullFails(snapshot, successor ? [successor] : [], 'pull access denied: 403 Forbidden');
    expect(roots(snapshot)).toEqual(['image-pull-unauthorized']);
  });

  it('are history once the workload has recovered, and not worth a word an hour later', () => {
    const leftover = (minutes: number) => {
      const snapshot = healthyNamespace();
      const [pod] = podsOf(snapshot, 'otlp-app');
      const copy = structuredClone(pod) as Pod;
      copy.metadata = { ...copy.metadata, name: 'otlp-app-7d4f9c2-zzzzz', uid: 'uid-zzzzz' };
      snapshot.objects.pods.push(copy);
      return evict(snapshot, [copy], LOW_MEMORY, minutes);
    };
    expect(judge(leftover(20))).toMatchObject({ verdict: 'healthy', rootCauses: [] });
    expect(findingOf(leftover(20), 'pod-evicted')).toMatchObject({
      severity: 'P3',
      title: expect.stringContaining('has recovered'),
    });
    expect(codes(leftover(90))).toEqual([]);
  });
});

describe('pods that outgrow their local disk while their successors serve', () => {
  const CACHE = 'Usage of EmptyDir volume "cache" exceeds the limit "500Mi". ';
  /** Evicted so many minutes ago, each replaced by the next; both replicas are there. */
  const evictedAt = (times: number[], message = CACHE) => {
    const snapshot = healthyNamespace();
    const [pod] = podsOf(snapshot, 'otlp-app');
    for (const minutes of times) {
      const copy = structuredClone(pod) as Pod;
      const name = `otlp-app-7d4f9c2-z${minutes}`;
      copy.metadata = { ...copy.metadata, name, uid: name };
      snapshot.objects.pods.push(copy);
      evict(snapshot, [copy], message, minutes);
    }
    return snapshot;
  };

  it('again and again are a present fault', () => {
    const snapshot = evictedAt([50, 31, 12]);
    expect(roots(snapshot)).toEqual(['ephemeral-storage-exceeded']);
    expect(judge(snapshot)).toMatchObject({ verdict: 'degraded', action: { class: 'restart' } });
    expect(findingOf(snapshot, 'ephemeral-storage-exceeded')).toMatchObject({
      severity: 'P2',
      title: 'pods of deployment otlp-app used more local disk than they may, and so do their successors (3 pods)',
    });
  });

  it('are also known by events alone, where something cleans up what is left of them', () => {
    const snapshot = healthyNamespace();
    for (const [index, minutes] of [44, 24, 4].entries())
      event(snapshot, { metadata: { name: `otlp-app-7d4f9c2-zzzz${index}`, uid: `z${index}` } }, 'Evicted', CACHE, {
        since: minutes,
        last: minutes,
      });
    expect(roots(snapshot)).toEqual(['ephemeral-storage-exceeded']);
  });

  it.each([
    ['once, a while ago', [40]],
    ['once, just now', [3]],
    ['at one moment, all of them', [12, 12.5]],
    ['twice, and it has been quiet ever since for longer', [55, 50]],
    ['yesterday', [1500, 1480, 1470]],
  ])('%s are history', (_, times) => {
    expect(roots(evictedAt(times))).toEqual([]);
  });

  it('thrown out for the needs of the node say nothing of their successors', () => {
    expect(roots(evictedAt([50, 31, 12], LOW_MEMORY))).toEqual([]);
  });
});

describe('pods that had to give way', () => {
  it('are known by the event alone, for the scheduler deletes them, and explain why there is no room', () => {
    const snapshot = without(healthyNamespace(), 'otlp-app');
    const victim = { metadata: { name: 'otlp-app-7d4f9c2-aaaaa', uid: 'uid-gone' } };
    event(snapshot, victim, 'Preempted', 'Preempted by pod 0b1c2d3e on node node-a');
    expect(roots(snapshot)).toEqual(['pod-preempted']);
  });

  it('of another workload with a longer name of the same beginning are not ours', () => {
    const snapshot = without(healthyNamespace(), 'otlp-app');
    event(
      snapshot,
      { metadata: { name: 'otlp-app-worker-5d8f7-aaaaa', uid: 'x' } },
      'Preempted',
      'Preempted by pod 0b1c on node node-a',
    );
    expect(roots(snapshot)).toEqual(['deployment-unavailable']);
  });
});

describe('a deleted pod that is not gone', () => {
  const leaving = (minutes: number, finalizers?: string[]) => {
    const snapshot = healthyNamespace();
    const pods = podsOf(snapshot, 'otlp-app');
    for (const { metadata, status } of pods) {
      Object.assign(metadata, {
        deletionTimestamp: ago(minutes),
        deletionGracePeriodSeconds: 30,
        ...(finalizers ? { finalizers } : {}),
      });
      setCondition(status?.conditions, { type: 'Ready', status: 'False' }, minutes);
    }
    return settle(snapshot);
  };

  it('is held by its finalizer, and that is named', () => {
    const snapshot = leaving(12, ['example.com/drain']);
    expect(roots(snapshot)).toEqual(['pod-stuck-terminating']);
    expect(findingOf(snapshot, 'pod-stuck-terminating').cause).toContain('example.com/drain');
  });

  it('on a node that is lost is a symptom of that', () => {
    const snapshot = leaving(12);
    for (const { status } of snapshot.objects.nodes)
      setCondition(status?.conditions, { type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown' }, 14);
    expect(new Set(roots(snapshot))).toEqual(new Set(['node-not-ready']));
    expect(findingOf(snapshot, 'pod-stuck-terminating').remedy.commands.at(-1)).toContain('--force');
  });

  it('is none within its grace period, which the API has counted in', () => {
    expect(codes(leaving(0.5))).not.toContain('pod-stuck-terminating');
  });
});

describe('a Job', () => {
  const withJob = (minutes: number, name = 'backup-1', condition = 'Failed') => {
    const snapshot = healthyNamespace();
    const owner = { kind: 'CronJob', name: 'backup', uid: 'uid-backup', controller: true };
    const add = (job: string, type: string, at: number) =>
      snapshot.objects.jobs.push({
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { name: job, namespace: 'otlp-system', uid: `uid-${job}`, ownerReferences: [owner] },
        status: {
          failed: type === 'Failed' ? 7 : 0,
          startTime: ago(at + 10),
          conditions: [
            {
              type,
              status: 'True',
              reason: type === 'Failed' ? 'BackoffLimitExceeded' : 'CompletionsReached',
              message: 'Job has reached the specified backoff limit',
              lastTransitionTime: ago(at),
            },
          ],
        },
      });
    add(name, condition, minutes);
    return { snapshot, add };
  };

  it('that has failed says how its pods ended', () => {
    const { snapshot } = withJob(5);
    const [pod] = podsOf(snapshot, 'otlp-app');
    const ended = structuredClone(pod) as Pod;
    ended.metadata = {
      name: 'backup-1-x',
      namespace: 'otlp-system',
      uid: 'u',
      ownerReferences: [{ kind: 'Job', name: 'backup-1', uid: 'uid-backup-1' }],
    };
    ended.status = {
      phase: 'Failed',
      containerStatuses: [
        { name: 'app', ready: false, state: { terminated: { exitCode: 3, reason: 'Error', finishedAt: ago(6) } } },
      ],
    };
    snapshot.objects.pods.push(ended);
    expect(roots(snapshot, wholeNamespace())).toEqual(['job-failed']);
    expect(findingOf(snapshot, 'job-failed', wholeNamespace()).cause).toContain('exit code 3');
    expect(roots(snapshot)).toEqual([]);
  });

  it('that failed hours ago, or was made good by a later run, is history', () => {
    expect(codes(withJob(120).snapshot, wholeNamespace())).toEqual([]);
    const { snapshot, add } = withJob(30);
    add('backup-2', 'Complete', 10);
    expect(codes(snapshot, wholeNamespace())).toEqual([]);
  });

  it('that replaces an evicted pod by itself is no failure', () => {
    const { snapshot } = withJob(5, 'backup-1', 'Suspended');
    const copy = structuredClone(podsOf(snapshot, 'otlp-app')[0]) as Pod;
    copy.metadata = {
      name: 'backup-1-a',
      namespace: 'otlp-system',
      uid: 'a',
      ownerReferences: [{ kind: 'Job', name: 'backup-1', uid: 'uid-backup-1', controller: true }],
    };
    snapshot.objects.pods.push(copy);
    evict(snapshot, [copy]);
    expect(judge(snapshot, wholeNamespace())).toMatchObject({ verdict: 'healthy', rootCauses: [] });
  });

  it('whose pods crash is one finding of the CronJob, whatever the pods are called', () => {
    const { snapshot } = withJob(5, 'backup-1', 'Suspended');
    const [pod] = podsOf(snapshot, 'otlp-app');
    for (const name of ['backup-1-a', 'backup-1-b']) {
      const crashing = structuredClone(pod) as Pod;
      crashing.metadata = {
        name,
        namespace: 'otlp-system',
        uid: name,
        ownerReferences: [{ kind: 'Job', name: 'backup-1', uid: 'uid-backup-1', controller: true }],
      };
      crashing.status = {
        phase: 'Running',
        containerStatuses: [
          {
            name: 'app',
            ready: false,
            restartCount: 4,
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: { terminated: { exitCode: 2, reason: 'Error', finishedAt: ago(1) } },
          },
        ],
      };
      snapshot.objects.pods.push(crashing);
    }
    expect(findingOf(snapshot, 'container-exit-error', wholeNamespace()).owner).toEqual({
      kind: 'CronJob',
      namespace: 'otlp-system',
      name: 'backup',
    });
  });
});
