import { describe, expect, it } from 'vitest';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { codes, codesIn, findingOf, judge, roots } from '#test/support/diagnosing.ts';
import {
  addLog,
  configMapOf,
  crashLoop,
  deploymentOf,
  event,
  everWith,
  podsOf,
  pullFails,
  rollOut,
  setCondition,
  setState,
  unready,
  waiting,
} from '#test/support/faults.ts';
import { ago, healthyNamespace, NAMESPACE, sandboxTarget } from '#test/support/namespace.ts';

function initRuns(minutes: number, restartPolicy?: string): Snapshot {
  const snapshot = healthyNamespace();
  const pods = podsOf(snapshot, 'otlp-app');
  everWith(snapshot, 'otlp-app', (_, spec) => {
    spec.initContainers = [{ name: 'wait-for-db', image: 'busybox:1.36', ...(restartPolicy ? { restartPolicy } : {}) }];
  });
  waiting(snapshot, pods, 'PodInitializing', undefined, minutes);
  for (const pod of pods) {
    setCondition(
      pod.status?.conditions,
      { type: 'Initialized', status: 'False', reason: 'ContainersNotInitialized' },
      minutes,
    );
    Object.assign(pod.status ?? {}, {
      initContainerStatuses: [
        {
          name: 'wait-for-db',
          ready: false,
          started: true,
          restartCount: 0,
          state: { running: { startedAt: ago(minutes) } },
        },
      ],
    });
    snapshot.logs.push({
      namespace: NAMESPACE,
      pod: pod.metadata.name,
      container: 'wait-for-db',
      previous: false,
      text: 'waiting for db:5432\nwaiting for db:5432\n',
      truncated: false,
    });
  }
  return snapshot;
}

describe('an init container that runs and runs', () => {
  it('is the root of a pod that does not start, and its log says what it waits for', () => {
    const snapshot = initRuns(14);
    expect(roots(snapshot)).toEqual(['init-container-stuck']);
    expect(findingOf(snapshot, 'init-container-stuck')).toMatchObject({
      confidence: 'likely',
      subject: { container: 'wait-for-db' },
    });
    expect(findingOf(snapshot, 'init-container-stuck').cause).toContain('waiting for db:5432');
  });

  it('is none while it is young, nor when it is a sidecar', () => {
    expect(codes(initRuns(2))).not.toContain('init-container-stuck');
    expect(codes(initRuns(14, 'Always'))).not.toContain('init-container-stuck');
  });
});

describe('an image pull secret that is not there', () => {
  const lacking = () => {
    const snapshot = healthyNamespace();
    everWith(snapshot, 'otlp-app', (_, spec) => {
      spec.imagePullSecrets = [{ name: 'registry-login' }];
    });
    snapshot.absentSecrets.push({ namespace: NAMESPACE, name: 'registry-login' });
    return snapshot;
  };

  it('explains a refused pull', () => {
    const snapshot = lacking();
    pullFails(snapshot, podsOf(snapshot, 'otlp-app'), 'failed to authorize: 401 Unauthorized');
    expect(roots(snapshot)).toEqual(['image-pull-secret-missing']);
  });

  it('is advice while the pods run', () => {
    expect(judge(lacking())).toMatchObject({ verdict: 'healthy', rootCauses: [] });
    expect(findingOf(lacking(), 'image-pull-secret-missing').severity).toBe('P3');
  });

  it('is told by the kubelet where Secrets may not be read', () => {
    const snapshot = lacking();
    snapshot.absentSecrets = [];
    for (const pod of podsOf(snapshot, 'otlp-app'))
      event(
        snapshot,
        pod,
        'FailedToRetrieveImagePullSecret',
        'Unable to retrieve some image pull secrets (registry-login); attempting to pull the image may not succeed.',
      );
    expect(codes(snapshot)).toEqual(['image-pull-secret-missing']);
    for (const each of snapshot.objects.events) each.message = each.message?.replace('registry-login', 'other') ?? '';
    expect(codes(snapshot)).toEqual([]);
  });
});

describe('a probe that asks the wrong port', () => {
  const probing = (port: number | string, message?: string) => {
    const snapshot = healthyNamespace();
    everWith(snapshot, 'otlp-app', (container) => {
      container.readinessProbe = { httpGet: { path: '/health', port } };
    });
    return message === undefined ? snapshot : unready(snapshot, podsOf(snapshot, 'otlp-app'), message);
  };

  it('by a name that the container does not have', () => {
    const snapshot = probing(
      'web',
      'Readiness probe errored and resulted in unknown state: strconv.Atoi: parsing "web": invalid syntax',
    );
    expect(roots(snapshot)).toEqual(['probe-port-mismatch']);
    expect(findingOf(snapshot, 'probe-port-mismatch').confidence).toBe('certain');
  });

  it('by a number where nothing listens and that the container does not declare', () => {
    const refused =
      'Readiness probe failed: Get "http://10.0.1.5:9090/health": dial tcp 10.0.1.5:9090: connect: connection refused';
    expect(roots(probing(9090, refused))).toEqual(['probe-port-mismatch']);
  });

  it('is not the fault where the declared port is refused, nor where an undeclared one answers', () => {
    const refused =
      'Readiness probe failed: Get "http://10.0.1.5:8080/health": dial tcp 10.0.1.5:8080: connect: connection refused';
    expect(roots(probing('http', refused))).toEqual(['readiness-probe-failing']);
    expect(roots(probing(9090, 'Readiness probe failed: HTTP probe failed with statuscode: 503'))).toEqual([
      'readiness-probe-failing',
    ]);
    expect(codes(probing(9090))).toEqual([]);
  });
});

describe('a readiness gate', () => {
  const gate = 'target-health.elbv2.k8s.aws/k8s-shop-app-0a1b2c';
  const gated = (status: string, minutes = 10) => {
    const snapshot = healthyNamespace();
    for (const { spec, status: pod } of podsOf(snapshot, 'otlp-app')) {
      spec.readinessGates = [{ conditionType: gate }];
      pod?.conditions?.push({
        type: gate,
        status,
        reason: 'Elb.InitialHealthChecking',
        message: 'Health checks failed',
      });
      setCondition(pod?.conditions, { type: 'ContainersReady', status: 'True' }, minutes);
      if (status !== 'True')
        setCondition(pod?.conditions, { type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady' }, minutes);
    }
    return setState(snapshot, [], { state: {} });
  };

  it('that the load balancer does not open keeps ready containers out of service', () => {
    const snapshot = gated('False');
    expect(roots(snapshot)).toEqual(['readiness-gate-pending']);
    expect(findingOf(snapshot, 'readiness-gate-pending').cause).toContain('Health checks failed');
  });

  it('is none when it is open, or for the first minute', () => {
    expect(codes(gated('True'))).toEqual([]);
    expect(codes(gated('False', 0.5))).not.toContain('readiness-gate-pending');
  });
});

describe('a container that cannot be made', () => {
  it.each([
    [
      'CreateContainerConfigError',
      'container has runAsNonRoot and image will run as root (pod: "x", container: app)',
      /runs as root/,
    ],
    [
      'CreateContainerError',
      'failed to generate container "x" spec: failed to generate spec: no command specified',
      /what to run/,
    ],
    ['CreateContainerConfigError', 'failed to prepare subPath for volumeMount "config" of container "app"', /subPath/],
  ])('%s: %s', (reason, message, cause) => {
    const snapshot = healthyNamespace();
    waiting(snapshot, podsOf(snapshot, 'otlp-app'), reason, message);
    expect(roots(snapshot)).toEqual(['container-setup-failed']);
    expect(findingOf(snapshot, 'container-setup-failed').cause).toMatch(cause);
  });

  it('for want of a ConfigMap is that fault and no other', () => {
    const snapshot = healthyNamespace();
    everWith(snapshot, 'otlp-app', (container) => {
      container.envFrom = [{ configMapRef: { name: 'gone' } }];
    });
    waiting(snapshot, podsOf(snapshot, 'otlp-app'), 'CreateContainerConfigError', 'configmap "gone" not found');
    expect(roots(snapshot)).toEqual(['configmap-missing']);
    expect(codes(snapshot)).not.toContain('container-setup-failed');
  });
});

describe('advice', () => {
  const restarted = (minutes: number, restartCount = 5) => {
    const snapshot = healthyNamespace();
    return setState(snapshot, podsOf(snapshot, 'otlp-app'), {
      ready: true,
      restartCount,
      state: { running: { startedAt: ago(minutes) } },
      lastState: { terminated: { exitCode: 1, reason: 'Error', finishedAt: ago(minutes) } },
    });
  };

  it('on a container that is restarted now and then, while that is not long ago', () => {
    expect(codes(restarted(30))).toEqual(['pod-flapping']);
    expect(judge(restarted(30)).verdict).toBe('healthy');
    expect(codes(restarted(30, 1))).toEqual([]);
    expect(codes(restarted(90))).toEqual([]);
  });

  it('on a Deployment that keeps no history, or only restarts in it', () => {
    const none = healthyNamespace();
    deploymentOf(none, 'otlp-app').spec.revisionHistoryLimit = 0;
    expect(codes(none)).toEqual(['rollback-unavailable']);
    const burnt = healthyNamespace();
    deploymentOf(burnt, 'otlp-app').spec.revisionHistoryLimit = 1;
    expect(codes(burnt)).toEqual([]);
    for (const { spec, metadata } of burnt.objects.replicasets) {
      if (metadata.ownerReferences?.[0]?.name !== 'otlp-app') continue;
      spec.template.spec = structuredClone(deploymentOf(burnt, 'otlp-app').spec.template.spec);
      spec.template.metadata = {
        ...spec.template.metadata,
        annotations: { 'kubectl.kubernetes.io/restartedAt': metadata.name },
      };
    }
    expect(codes(burnt)).toEqual(['rollback-unavailable']);
  });

  const using = (usage: Record<string, string>) => {
    const snapshot = healthyNamespace();
    everWith(snapshot, 'otlp-app', (container) => {
      container.resources = { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '500m', memory: '256Mi' } };
    });
    snapshot.objects.podmetrics = podsOf(snapshot, 'otlp-app').map(({ metadata }) => ({
      metadata: { name: metadata.name, namespace: NAMESPACE },
      timestamp: ago(0.2),
      containers: [{ name: 'app', usage }],
    }));
    return snapshot;
  };

  it('on a container near its limits', () => {
    expect(codes(using({ cpu: '120m', memory: '100Mi' }))).toEqual([]);
    expect(codes(using({ cpu: '489123456n', memory: '100Mi' }))).toEqual(['cpu-saturated']);
    expect(codes(using({ cpu: '1m', memory: '250000Ki' }))).toEqual(['memory-near-limit']);
    expect(judge(using({ cpu: '489123456n', memory: '250000Ki' })).verdict).toBe('healthy');
  });

  it('becomes the root where a throttled process does not answer its probe in time, and only there', () => {
    const late = using({ cpu: '499m', memory: '100Mi' });
    unready(
      late,
      podsOf(late, 'otlp-app'),
      'Readiness probe failed: Get "http://10.0.1.5:8080/health": context deadline exceeded',
    );
    expect(roots(late)).toEqual(['cpu-saturated']);
    const unwell = using({ cpu: '499m', memory: '100Mi' });
    unready(unwell, podsOf(unwell, 'otlp-app'), 'Readiness probe failed: HTTP probe failed with statuscode: 503');
    expect(roots(unwell)).toEqual(['readiness-probe-failing']);
  });
});

describe('two revisions side by side', () => {
  const halfway = (minutes: number) => {
    const snapshot = healthyNamespace();
    const made = rollOut(snapshot, 'otlp-app', () => undefined, minutes);
    return { snapshot, made };
  };

  it('are a symptom of what the new pods suffer from', () => {
    const { snapshot, made } = halfway(30);
    pullFails(snapshot, [made], 'not found');
    expect(roots(snapshot)).toEqual(['image-not-found']);
    expect(codes(snapshot)).toContain('rollout-mixed-revisions');
  });

  it('are nothing while the rollout moves on', () => {
    const { snapshot } = halfway(3);
    expect(codes(snapshot)).toEqual([]);
  });

  it('are the doing of a pause in the midst', () => {
    const { snapshot } = halfway(30);
    deploymentOf(snapshot, 'otlp-app').spec.paused = true;
    expect(codesIn(judge(snapshot).rootCauses)).toEqual(['deployment-paused']);
  });
});

describe('a StatefulSet that rolls out', () => {
  /** The app as a StatefulSet; its second pod has been crashing for so long. */
  const ordered = (crashes: { revision: string; minutes: number }) => {
    const snapshot = healthyNamespace();
    const { objects } = snapshot;
    const owner = deploymentOf(snapshot, 'otlp-app');
    objects.deployments = objects.deployments.filter((one) => one !== owner);
    objects.replicasets = objects.replicasets.filter(
      ({ metadata }) => metadata.ownerReferences?.[0]?.name !== 'otlp-app',
    );
    owner.status = { replicas: 2, readyReplicas: 1, availableReplicas: 1, updateRevision: 'otlp-app-new' };
    objects.statefulsets = [{ ...owner, kind: 'StatefulSet' }];
    podsOf(snapshot, 'otlp-app').forEach(({ metadata }, index) => {
      metadata.name = `otlp-app-${index}`;
      metadata.ownerReferences = [
        { kind: 'StatefulSet', name: 'otlp-app', uid: owner.metadata.uid ?? '', controller: true },
      ];
      metadata.labels = {
        ...metadata.labels,
        'controller-revision-hash': index === 1 ? crashes.revision : 'otlp-app-old',
      };
    });
    crashLoop(snapshot, podsOf(snapshot, 'otlp-app').slice(1), { since: crashes.minutes });
    return snapshot;
  };
  const asked = sandboxTarget({ workloads: ['statefulset/otlp-app'] });

  it('waits for a pod of the newest revision, and that is a symptom', () => {
    const snapshot = ordered({ revision: 'otlp-app-new', minutes: 20 });
    expect(roots(snapshot, asked)).toEqual(['container-exit-error']);
    expect(findingOf(snapshot, 'rollout-mixed-revisions', asked).remedy.commands).toHaveLength(1);
  });

  it('waits for a broken pod of an older one, which must be deleted by hand', () => {
    const found = findingOf(ordered({ revision: 'otlp-app-old', minutes: 20 }), 'rollout-mixed-revisions', asked);
    expect(found.remedy.commands[0]).toBe('kubectl -n otlp-system delete pod otlp-app-1');
  });

  it('is not stuck within ten minutes', () => {
    expect(codes(ordered({ revision: 'otlp-app-new', minutes: 5 }), asked)).not.toContain('rollout-mixed-revisions');
  });
});

describe('what changed before a fault', () => {
  it('is told with the root: the revision, after how long, and what it changed', () => {
    const snapshot = healthyNamespace();
    const made = rollOut(snapshot, 'otlp-app', (container) => {
      container.image = 'registry.example.com/otlp-app:1.5.0';
      container.env = [
        { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'http://otel-collector.otlp-system:4317' },
        ...(container.env ?? []).slice(1),
      ];
    });
    crashLoop(snapshot, [made], { since: 9, log: 'Error: bad flag' });
    const root = judge(snapshot).rootCauses[0];
    expect(root?.cause).toBe(
      'Its last words: Error: bad flag. The fault began 60 s after revision 3 appeared; it changed image and OTEL_EXPORTER_OTLP_ENDPOINT.',
    );
    expect(root?.evidence.at(-1)).toEqual({
      source: 'ReplicaSet/otlp-system/otlp-app-7d4f9c3',
      path: 'spec.template',
      value:
        'image of app: registry.example.com/otlp-app:1.4.2 -> registry.example.com/otlp-app:1.5.0; OTEL_EXPORTER_OTLP_ENDPOINT of app',
      at: '2026-11-20T09:50:00.000Z',
    });
  });

  it('is told in words where both carry the same second', () => {
    const snapshot = healthyNamespace();
    pullFails(
      snapshot,
      [
        rollOut(
          snapshot,
          'otlp-app',
          (container) => {
            container.image = 'registry.example.com/otlp-app:1.5.0';
          },
          5,
        ),
      ],
      'not found',
    );
    expect(judge(snapshot).rootCauses[0]?.cause).toContain(
      'The fault began as soon as revision 3 appeared; it changed image.',
    );
  });

  it('never shows a value of the environment', () => {
    const snapshot = healthyNamespace();
    const made = rollOut(snapshot, 'otlp-app', (container) => {
      container.env = [{ name: 'DB_URL', value: 'postgres://hidden-host/db' }];
    });
    crashLoop(snapshot, [made], { since: 9 });
    expect(JSON.stringify(judge(snapshot).rootCauses[0])).not.toContain('hidden-host');
  });

  it('may be a Secret', () => {
    const snapshot = healthyNamespace();
    snapshot.secrets = [{ namespace: NAMESPACE, name: 'otlp-app-secrets', keys: ['api-key'], changedAt: ago(10) }];
    crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { since: 8 });
    expect(judge(snapshot).rootCauses[0]?.cause).toContain(
      '120 s after secret otlp-app-secrets was changed'.replace('120 s', '2 min'),
    );
  });

  it('may be an image whose tag was moved', () => {
    const snapshot = healthyNamespace();
    const [old, fresh] = podsOf(snapshot, 'otlp-app');
    const ids = (pod: typeof old, digit: string) => {
      for (const each of pod?.status?.containerStatuses ?? [])
        each.imageID = `registry.example.com/otlp-app@sha256:${digit.repeat(64)}`;
    };
    ids(old, '1');
    ids(fresh, '1');
    if (fresh) Object.assign(fresh.status ?? {}, { startTime: ago(9) });
    if (fresh) crashLoop(snapshot, [fresh], { since: 8 });
    expect(judge(snapshot).rootCauses[0]?.cause).not.toContain('The fault began');
    ids(fresh, '2');
    expect(judge(snapshot).rootCauses[0]?.cause).toContain(
      'The fault began 60 s after image registry.example.com/otlp-app:1.4.2 was pulled anew',
    );
  });

  it('is not named where it lies hours back, or where only a restart made the revision', () => {
    const old = healthyNamespace();
    crashLoop(old, podsOf(old, 'otlp-app'), { since: 8 });
    expect(judge(old).rootCauses[0]?.cause).not.toContain('The fault began');
    const restart = healthyNamespace();
    crashLoop(restart, [rollOut(restart, 'otlp-app', () => undefined)], { since: 9 });
    expect(judge(restart).rootCauses[0]?.cause).not.toContain('it changed');
  });

  it('is not the making of a namespace: a first revision, and objects that came with their workload', () => {
    const fresh = () => {
      const snapshot = healthyNamespace();
      const { deployments, replicasets, configmaps } = snapshot.objects;
      snapshot.objects.replicasets = replicasets.filter(({ metadata }) => metadata.name !== 'otlp-app-7d4f9c1');
      for (const { metadata } of [...deployments, ...snapshot.objects.replicasets])
        metadata.creationTimestamp = ago(10);
      for (const { metadata } of configmaps)
        Object.assign(metadata, { creationTimestamp: ago(9.9), managedFields: [{ time: ago(9.9) }] });
      snapshot.secrets = [{ namespace: NAMESPACE, name: 'otlp-app-secrets', keys: ['api-key'], changedAt: ago(9.9) }];
      return crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { since: 9 });
    };
    expect(judge(fresh()).rootCauses[0]?.cause).not.toContain('The fault began');

    const edited = fresh();
    configMapOf(edited, 'otlp-app-config').metadata.managedFields = [{ time: ago(9.5) }];
    expect(judge(edited).rootCauses[0]?.cause).toContain('30 s after configmap otlp-app-config was changed');
    const madeAnew = fresh();
    Object.assign(configMapOf(madeAnew, 'otlp-app-config').metadata, {
      creationTimestamp: ago(9.1),
      managedFields: [],
    });
    for (const { metadata } of madeAnew.objects.deployments) metadata.creationTimestamp = ago(600);
    expect(judge(madeAnew).rootCauses[0]?.cause).toContain('6 s after configmap otlp-app-config was changed');
  });

  it('reads the last words of a log as before', () => {
    const snapshot = healthyNamespace();
    crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { exitCode: 3 });
    for (const pod of podsOf(snapshot, 'otlp-app')) addLog(snapshot, pod, 'fatal: no license', true);
    expect(judge(snapshot).rootCauses[0]?.cause).toContain('no license');
  });
});
