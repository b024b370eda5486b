import { describe, expect, it } from 'vitest';
import type { Workload } from '#shared/domain/kubernetes.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { codes, roots } from '#test/support/diagnosing.ts';
import { deploymentOf, everWith, podsOf, setState, unready } from '#test/support/faults.ts';
import { ago, healthyNamespace, NAMESPACE, wholeNamespace } from '#test/support/namespace.ts';

const OTHER = 'platform';

/** A Deployment of another namespace with its Service, of which no pod can be placed. */
function withoutRoom(name: string, snapshot = healthyNamespace()): Snapshot {
  const labels = { app: name };
  const metadata = { name, namespace: OTHER, uid: `uid-${name}`, creationTimestamp: ago(90), labels };
  const template = { metadata: { labels }, spec: { containers: [{ name, image: `${name}:1` }] } };
  const made: Workload = {
    kind: 'Deployment',
    metadata,
    spec: { replicas: 1, selector: { matchLabels: labels }, template },
    status: { replicas: 1, readyReplicas: 0, availableReplicas: 0 },
  };
  snapshot.namespaces.push(OTHER);
  snapshot.objects.deployments.push(made);
  snapshot.objects.pods.push({
    metadata: {
      ...metadata,
      name: `${name}-0`,
      uid: `uid-${name}-0`,
      ownerReferences: [{ kind: 'Deployment', name, uid: metadata.uid, controller: true }],
    },
    spec: template.spec,
    status: {
      phase: 'Pending',
      conditions: [
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'Unschedulable',
          message: '0/3 nodes are available: 3 Too many pods.',
          lastTransitionTime: ago(60),
        },
      ],
    },
  });
  snapshot.objects.services.push({
    kind: 'Service',
    metadata: { ...metadata, uid: `uid-service-${name}` },
    spec: { clusterIP: '10.100.9.9', selector: labels, ports: [{ port: 443 }] },
  });
  return snapshot;
}

const refusal = (host: string) =>
  `Internal error occurred: failed calling webhook "pods.example.com": failed to call webhook: Post "https://${host}:443/mutate?timeout=10s": no endpoints available for service "injector"`;

function refusedBy(host: string, snapshot: Snapshot): Snapshot {
  const app = deploymentOf(snapshot, 'otlp-app');
  snapshot.objects.pods = snapshot.objects.pods.filter((pod) => !podsOf(snapshot, 'otlp-app').includes(pod));
  const failure = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: refusal(host) };
  app.status = {
    ...app.status,
    availableReplicas: 0,
    readyReplicas: 0,
    replicas: 0,
    conditions: [{ ...failure, lastTransitionTime: ago(20) }],
  };
  return snapshot;
}

describe('pods that a webhook must agree to', () => {
  it.each([undefined, wholeNamespace()])('wait for what keeps its server from running, wherever it is', (target) => {
    const snapshot = refusedBy(`injector.${OTHER}.svc`, withoutRoom('injector'));
    expect(roots(snapshot, target)).toEqual(['unschedulable-too-many-pods']);
    expect(codes(snapshot, target)).toContain('webhook-unavailable');
  });

  it('do not wait for the server of another webhook', () => {
    const snapshot = refusedBy(`validator.${OTHER}.svc`, withoutRoom('injector'));
    expect(roots(snapshot)).toEqual(['webhook-unavailable']);
  });
});

describe('the proxy of a mesh', () => {
  const proxied = (container: string, ready: boolean, snapshot: Snapshot) => {
    for (const pod of podsOf(snapshot, 'otlp-app')) {
      pod.spec?.containers?.push({ name: container, image: 'proxy:1' });
      pod.status?.containerStatuses?.push({
        name: container,
        ready,
        restartCount: 0,
        state: { running: { startedAt: ago(60) } },
      });
    }
    if (!ready) unready(snapshot, podsOf(snapshot, 'otlp-app'), 'HTTP probe failed with statuscode: 503');
    return snapshot;
  };

  it.each([
    ['istio-proxy', 'istiod'],
    ['linkerd-proxy', 'linkerd-dst'],
    ['daprd', 'dapr-sentry'],
  ])('that is not ready waits for its control plane: %s', (proxy, control) => {
    const snapshot = proxied(proxy, false, withoutRoom(control));
    expect(roots(snapshot)).toEqual(['unschedulable-too-many-pods']);
  });

  it('that is ready has all that it needs', () => {
    expect(codes(proxied('istio-proxy', true, withoutRoom('istiod')))).toEqual(
      codes(proxied('istio-proxy', true, healthyNamespace())),
    );
  });

  it('of one mesh does not wait for another', () => {
    expect(roots(proxied('linkerd-proxy', false, withoutRoom('istiod')))).toEqual(['readiness-probe-failing']);
  });
});

describe('an init container that waits for a Job', () => {
  const JOB = 'otlp-app-migrations';

  function waitingFor(command: string[], log = '', job = JOB): Snapshot {
    const snapshot = healthyNamespace();
    everWith(snapshot, 'otlp-app', (_, spec) => {
      spec.initContainers = [
        {
          name: 'wait',
          image: 'tools:1',
          command,
          resources: { requests: { cpu: '1m', memory: '1Mi' }, limits: { memory: '2Mi' } },
        },
      ];
    });
    for (const pod of podsOf(snapshot, 'otlp-app')) {
      setState(snapshot, [pod], { started: false, state: { waiting: { reason: 'PodInitializing' } } }, 30);
      if (pod.status) pod.status.initContainerStatuses = [{ name: 'wait', state: { running: { startedAt: ago(30) } } }];
      const place = { namespace: NAMESPACE, pod: pod.metadata.name, container: 'wait' };
      snapshot.logs.push({ ...place, previous: false, text: log, truncated: false });
    }
    const containers = [{ name: 'migrate', image: 'otlp-app:1', command: ['bin/rails', 'db:migrate'] }];
    const metadata = { name: job, namespace: NAMESPACE, uid: `uid-${job}`, creationTimestamp: ago(40) };
    snapshot.objects.jobs.push({ kind: 'Job', metadata, spec: { template: { spec: { containers } } }, status: {} });
    snapshot.objects.events.push({
      metadata: { name: `${job}.1`, namespace: NAMESPACE, creationTimestamp: ago(40) },
      type: 'Warning',
      reason: 'FailedCreate',
      message: `Error creating: pods "${job}-x" is forbidden: exceeded quota: team, requested: limits.cpu=2, used: limits.cpu=8, limited: limits.cpu=8`,
      lastTimestamp: ago(2),
      involvedObject: { kind: 'Job', namespace: NAMESPACE, name: job, uid: metadata.uid },
    });
    return snapshot;
  }

  it.each([
    ['by kubectl', ['kubectl', 'wait', '--for=condition=complete', `job/${JOB}`], ''],
    ['by its name', ['wait_for.sh', 'job', JOB], ''],
    [
      'by what it asks for',
      ['sh', '-c', 'until bin/ready; do sleep 5; done'],
      'Migrations are pending. To resolve this issue, run:\n\n        bin/rails db:migrate RAILS_ENV=production',
    ],
  ])('leads to what keeps the Job from its pods: %s', (_, command, log) => {
    expect(roots(waitingFor(command, log), wholeNamespace())).toEqual(['quota-exceeded']);
  });

  it('stands for itself where it waits for something else', () => {
    const found = roots(
      waitingFor(['sh', '-c', 'until test -f /run/ready; do sleep 2; done'], 'still waiting'),
      wholeNamespace(),
    );
    expect(found.toSorted()).toEqual(['init-container-stuck', 'quota-exceeded']);
  });
});
