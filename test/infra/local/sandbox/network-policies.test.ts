import { expect, it } from 'vitest';
import type { SandboxCluster } from '#infra/local/sandbox/cluster.ts';
import { isReady } from '#infra/local/sandbox/objects.ts';
import type { NetworkPolicy } from '#shared/domain/surroundings.ts';
import { replayedCluster } from '#test/support/replayed-cluster.ts';

const ALLOW_DNS = {
  to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } }],
  ports: [{ protocol: 'UDP', port: 53 }],
};
const TO_COLLECTOR = { to: [{ podSelector: { matchLabels: { app: 'otel-collector' } } }], ports: [{ port: 4318 }] };
const FROM_APP = { from: [{ podSelector: { matchLabels: { app: 'otlp-app' } } }], ports: [{ port: 4318 }] };

async function under(spec: Partial<NetworkPolicy['spec']>): Promise<SandboxCluster> {
  const cluster = await replayedCluster();
  const metadata = { name: 'only-this', namespace: 'otlp-system' };
  cluster.apply('networkpolicies', {
    metadata,
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'], ...spec },
  });
  await cluster.timeline.pass(30);
  return cluster;
}

/** What the app said last about its exports; undefined = nothing is wrong. */
const troubleOf = (cluster: SandboxCluster): string | undefined => {
  const [pod] = cluster.podsOf('otlp-app');
  const log = cluster.kubelet.container(pod?.metadata ?? { name: '' }, 'otlp-app')?.log;
  return /message: \\"(.*?)\\"|lookup address information: (.*?)\\"/.exec(
    log?.read({ previous: false, tailLines: 2 }) ?? '',
  )?.[0];
};

it('a policy that allows nothing takes the name server away, and leaves the pods ready', async () => {
  const cluster = await under({});
  expect(troubleOf(cluster)).toContain('Temporary failure in name resolution');
  expect(cluster.podsOf('otlp-app').every(isReady)).toBe(true);
});

it.each([
  ['the way out', { egress: [ALLOW_DNS], ingress: [FROM_APP] }],
  ['the way in', { egress: [ALLOW_DNS, TO_COLLECTOR] }],
])('a policy that allows DNS but not %s lets connections time out', async (_, spec) => {
  expect(troubleOf(await under(spec))).toContain('Connection timed out');
});

it('a policy that allows DNS and both ends of the connection lets the telemetry through', async () => {
  expect(troubleOf(await under({ egress: [ALLOW_DNS, TO_COLLECTOR], ingress: [FROM_APP] }))).toBeUndefined();
});

it('without a ready name server no name is resolved', async () => {
  const cluster = await replayedCluster();
  const coredns = { namespace: 'kube-system', name: 'coredns' };
  cluster.edit('deployments', coredns, ({ spec }) => Object.assign(spec, { replicas: 0 }));
  await cluster.timeline.pass(30);
  expect(troubleOf(cluster)).toContain('Temporary failure in name resolution');
});
