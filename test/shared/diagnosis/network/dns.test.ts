import { describe, expect, it } from 'vitest';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { codes, findingOf, roots } from '#test/support/diagnosing.ts';
import {
  addLog,
  configMapOf,
  crashLoop,
  deploymentOf,
  event,
  everWith,
  podsOf,
  waiting,
} from '#test/support/faults.ts';
import { ago, healthyNamespace, wholeNamespace } from '#test/support/namespace.ts';

/** kube-system as a snapshot of another namespace shows it. */
function withDns(snapshot: Snapshot, available: number, desired = 2): Snapshot {
  const { objects } = snapshot;
  const coredns = structuredClone(deploymentOf(snapshot, 'otel-collector'));
  coredns.metadata = { name: 'coredns', namespace: 'kube-system', uid: 'uid-coredns' };
  coredns.spec = {
    replicas: desired,
    template: { metadata: { labels: { 'k8s-app': 'kube-dns' } }, spec: { containers: [] } },
  };
  coredns.status = { availableReplicas: available };
  objects.deployments.push(coredns);
  objects.services.push({
    metadata: { name: 'kube-dns', namespace: 'kube-system' },
    spec: { clusterIP: '10.100.0.2', selector: { 'k8s-app': 'kube-dns' }, ports: [{ port: 53, protocol: 'UDP' }] },
  });
  objects.endpointslices.push({
    metadata: { name: 'kube-dns-1', namespace: 'kube-system', labels: { 'kubernetes.io/service-name': 'kube-dns' } },
    endpoints: [{ addresses: ['10.0.9.1'], conditions: { ready: available > 0 } }],
  });
  return snapshot;
}

const LOOKUP =
  'ERROR request failed: dns error: failed to lookup address information: Temporary failure in name resolution';
const logged = (snapshot: Snapshot, ...lines: string[]) => {
  for (const pod of podsOf(snapshot, 'otlp-app')) addLog(snapshot, pod, lines.join('\n'));
  return snapshot;
};

describe('the cluster DNS', () => {
  it('is well with one server', () => {
    expect(codes(withDns(healthyNamespace(), 1))).toEqual([]);
    expect(codes(withDns(healthyNamespace(), 2), wholeNamespace())).toEqual([]);
  });

  it('is no Deployment where it runs on the nodes', () => {
    const snapshot = withDns(healthyNamespace(), 0);
    snapshot.objects.deployments.pop();
    expect(codes(snapshot)).toEqual([]);
  });

  it.each([2, 0])('is the root of what its clients log, with none of %i servers', (desired) => {
    const snapshot = withDns(healthyNamespace(), 0, desired);
    expect(roots(snapshot)).toEqual(['dns-coredns-unavailable']);
    logged(snapshot, ...[3, 2, 1].map((minutes) => `${ago(minutes)} ${LOOKUP}`));
    expect(roots(snapshot)).toEqual(['dns-coredns-unavailable']);
    expect(findingOf(snapshot, 'dns-resolution-failing').explainedBy).toBeDefined();
    crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { log: LOOKUP });
    expect(roots(snapshot)).toEqual(['dns-coredns-unavailable']);
  });
});

describe('pods that ask another DNS', () => {
  it.each([
    [{ dnsPolicy: 'Default' }, 'Default'],
    [{ dnsPolicy: 'None' }, 'nameservers'],
    [{ hostNetwork: true, dnsPolicy: 'ClusterFirst' }, 'ClusterFirstWithHostNet'],
  ])('%o', (spec, word) => {
    const snapshot = everWith(healthyNamespace(), 'otlp-app', (_, pod) => Object.assign(pod, spec));
    expect(roots(snapshot)).toEqual(['dns-config-invalid']);
    const { cause, remedy } = findingOf(snapshot, 'dns-config-invalid');
    expect(cause + remedy.text).toContain(word);
  });

  it.each([
    { dnsPolicy: 'ClusterFirst' },
    { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' },
    { dnsPolicy: 'None', dnsConfig: { nameservers: ['10.100.0.2'] } },
  ])('are well with %o', (spec) => {
    expect(codes(everWith(healthyNamespace(), 'otlp-app', (_, pod) => Object.assign(pod, spec)))).toEqual([]);
  });

  it('need none where no Service is called by name', () => {
    const snapshot = everWith(healthyNamespace(), 'otlp-app', (container, pod) => {
      pod.dnsPolicy = 'Default';
      for (const one of container.env ?? [])
        if (one.name.endsWith('ENDPOINT')) one.value = 'https://otlp.vendor.example.com';
    });
    expect(codes(snapshot)).toEqual([]);
  });
});

describe('a name of the cluster that a mounted file has, and a pod that asks the DNS of its node', () => {
  const asking = (spec: object, line: string | undefined, host = 'otel-collector.otlp-system.svc.cluster.local') => {
    const snapshot = everWith(healthyNamespace(), 'otlp-app', (container, pod) => {
      Object.assign(pod, spec);
      for (const one of container.env ?? []) if (one.name.endsWith('ENDPOINT')) one.value = 'https://otlp.example.com';
    });
    configMapOf(snapshot, 'otlp-app-config').data = { 'config.yaml': `sink:\n  url: http://${host}:9428/insert\n` };
    return line ? logged(snapshot, ...[4, 3, 2].map((minutes) => `${ago(minutes)} ${line}`)) : snapshot;
  };
  const words = 'ERROR dns error: failed to lookup address information: Name or service not known';

  it('is why nothing resolves', () => {
    const snapshot = asking({ hostNetwork: true, dnsPolicy: 'ClusterFirst' }, words);
    expect(roots(snapshot)).toEqual(['dns-config-invalid']);
    expect(findingOf(snapshot, 'dns-config-invalid').evidence.map(({ path }) => path)).toContain('log of app');
    expect(findingOf(snapshot, 'dns-resolution-failing').title).not.toContain('(address)');
  });

  it.each([
    ['its log says nothing of names', asking({ dnsPolicy: 'Default' }, undefined)],
    ['the name is one of the outside', asking({ dnsPolicy: 'Default' }, words, 'logs.example.com')],
    ['it asks the cluster DNS', asking({}, words)],
  ])('is no matter where %s', (_, snapshot) => {
    expect(codes(snapshot)).not.toContain('dns-config-invalid');
  });
});

describe('what logs say', () => {
  const times = (line: string) => [4, 3, 2].map((minutes) => `${ago(minutes)} ${line}`);

  it.each([
    [
      'dns-resolution-failing',
      'ERROR dial tcp: lookup db.internal.example.com on 10.100.0.2:53: no such host',
      'db.internal.example.com',
    ],
    ['dns-resolution-failing', 'Error: getaddrinfo ENOTFOUND cache.example.com', 'cache.example.com'],
    ['dns-resolution-failing', 'java.net.UnknownHostException: db.example.com', 'db.example.com'],
    [
      'external-endpoint-unreachable',
      'ERROR dial tcp 203.0.113.9:5432: connect: connection refused',
      '203.0.113.9:5432',
    ],
    ['external-endpoint-unreachable', 'Error: connect ETIMEDOUT 203.0.113.9:6379', '203.0.113.9:6379'],
    [
      'external-endpoint-unreachable',
      'connection to server at "db.example.com" (203.0.113.9), port 5432 failed: Connection refused',
      'db.example.com',
    ],
    [
      'aws-credentials-failing',
      'operation error STS: AssumeRoleWithWebIdentity, https response error StatusCode: 403, AccessDenied',
      'AssumeRole',
    ],
    [
      'aws-credentials-failing',
      'User: arn:aws:sts::1:assumed-role/x is not authorized to perform: s3:PutObject on resource',
      's3:PutObject',
    ],
    [
      'rbac-forbidden',
      'E pods is forbidden: User "system:serviceaccount:otlp-system:default" cannot list resource "pods" in API group "" in the namespace "otlp-system"',
      'cannot list resource pods',
    ],
    [
      'rbac-forbidden',
      'E1120 reflector.go:200] "Failed to watch" err="failed to list *v1.Pod: pods is forbidden: User \\"system:serviceaccount:otlp-system:default\\" cannot list resource \\"pods\\" in API group \\"\\" at the cluster scope"',
      'cannot list resource pods',
    ],
    [
      'rbac-forbidden',
      `{"level":"error","msg":"Failed to create namespace informer","error":"missing list/watch permissions on the 'namespaces' resource"}`,
      'list/watch permissions on the',
    ],
  ])('%s: %s', (code, line, word) => {
    const snapshot = logged(healthyNamespace(), ...times(line));
    expect(roots(snapshot)).toEqual([code]);
    const found = findingOf(snapshot, code);
    expect(found).toMatchObject({ severity: 'P2', confidence: 'likely' });
    expect(code === 'aws-credentials-failing' ? found.cause : found.title).toContain(word);
  });

  it('explains why a Collector cannot export', () => {
    const snapshot = healthyNamespace();
    const line =
      'error Exporting failed. Dropping data. {"error": "Permanent error: operation error STS: AssumeRoleWithWebIdentity, AccessDenied"}';
    for (const pod of podsOf(snapshot, 'otel-collector')) addLog(snapshot, pod, times(line).join('\n'));
    expect(roots(snapshot)).toEqual(['aws-credentials-failing']);
  });

  it('explains why a container ends, said once', () => {
    const snapshot = crashLoop(healthyNamespace(), podsOf(healthyNamespace(), 'none'));
    crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), {
      log: 'Error: dial tcp 203.0.113.9:5432: connect: connection refused',
    });
    expect(roots(snapshot)).toEqual(['external-endpoint-unreachable']);
  });

  it('is noise when it is old, said once or twice by a program that works, or about a Service or pod that was read', () => {
    const line = 'WARN dial tcp 203.0.113.9:5432: connect: connection refused, retrying';
    expect(codes(logged(healthyNamespace(), `${ago(3)} ${line}`, `${ago(2)} ${line}`))).toEqual([]);
    expect(codes(logged(healthyNamespace(), ...[60, 50, 40].map((minutes) => `${ago(minutes)} ${line}`)))).toEqual([]);
    for (const host of ['otel-collector:4317', '10.100.0.10:4317', '10.0.1.5:8080', 'localhost:9090'])
      expect(codes(logged(healthyNamespace(), ...times(`WARN connect to ${host}: connection refused`)))).toEqual([]);
  });
});

describe('the network of a pod', () => {
  it('cannot be set up: no address is free', () => {
    const snapshot = healthyNamespace();
    const pods = podsOf(snapshot, 'otlp-app');
    waiting(snapshot, pods, 'ContainerCreating');
    for (const pod of pods)
      event(
        snapshot,
        pod,
        'FailedCreatePodSandBox',
        'Failed to create pod sandbox: rpc error: plugin type="aws-cni" name="aws-cni" failed (add): add cmd: failed to assign an IP address to container',
      );
    expect(roots(snapshot)).toEqual(['pod-sandbox-failed']);
    expect(findingOf(snapshot, 'pod-sandbox-failed').cause).toContain('no free address');
  });

  it('was set up at the second attempt', () => {
    const snapshot = healthyNamespace();
    for (const pod of podsOf(snapshot, 'otlp-app'))
      event(snapshot, pod, 'FailedCreatePodSandBox', 'Failed to create pod sandbox: timeout');
    expect(codes(snapshot)).toEqual([]);
  });
});
