import { describe, expect, it } from 'vitest';
import type { WebhookConfiguration } from '#shared/domain/surroundings.ts';
import { collectSnapshot } from '#shared/snapshot/collect.ts';
import { UPSTREAM_SILENT, withCoreDns } from '#test/support/cluster-dns.ts';
import { memoryCluster } from '#test/support/memory-cluster.ts';
import { healthyNamespace, NOW, sandboxTarget } from '#test/support/namespace.ts';

const clock = { now: () => new Date(NOW) };
const named = (name: string, namespace: string, labels: Record<string, string> = {}) => ({
  metadata: { name, namespace, labels },
  spec: {},
});
const webhook = (failurePolicy: string, name: string): WebhookConfiguration => ({
  metadata: { name },
  webhooks: [{ name: `${name}.example.com`, failurePolicy, clientConfig: { service: { namespace: 'policy', name } } }],
});

describe('what every namespace leans on', () => {
  const cluster = () => {
    const { objects } = healthyNamespace();
    return memoryCluster({
      ...objects,
      services: [
        ...objects.services,
        named('kube-dns', 'kube-system'),
        named('gate', 'policy'),
        named('other', 'policy'),
      ],
      validatingwebhookconfigurations: [webhook('Fail', 'gate'), webhook('Ignore', 'other')],
    });
  };

  it('is the cluster DNS, and the Services of webhooks that must answer', async () => {
    const look = await collectSnapshot(cluster(), sandboxTarget(), { clock });
    expect(look.objects.services.map(({ metadata }) => metadata.name)).toEqual(
      expect.arrayContaining(['kube-dns', 'gate']),
    );
    expect(look.objects.services.map(({ metadata }) => metadata.name)).not.toContain('other');
    expect(look.coverage.checked).toEqual(
      expect.arrayContaining(['cluster DNS (kube-system)', 'webhook service policy/gate']),
    );
    // Only a part of those namespaces was looked at.
    expect(look.namespaces).toEqual(['otlp-system']);
  });

  it('is what the servers of the cluster DNS log', async () => {
    const { objects } = withCoreDns(healthyNamespace(), { lines: [UPSTREAM_SILENT] });
    const full = memoryCluster({ ...objects });
    full.logs.set('kube-system/coredns-7c9-x/coredns', `2026-11-20T09:59:00.000000000Z ${UPSTREAM_SILENT}\n`);
    const { logs } = await collectSnapshot(full, sandboxTarget(), { clock });
    const dns = logs.filter(({ namespace }) => namespace === 'kube-system');
    expect(dns.map(({ text }) => text)).toEqual([expect.stringContaining('i/o timeout')]);
  });

  it('may be closed to the reader, which is a gap and no fault', async () => {
    const closed = cluster();
    closed.faults.set('services/kube-system', 'forbidden');
    const { coverage } = await collectSnapshot(closed, sandboxTarget(), { clock });
    expect(coverage.notChecked.map(({ check }) => check)).toEqual(['cluster DNS (kube-system)']);
  });

  it('is on EKS the network plugin too, where there are policies', async () => {
    const onEks = (policies: boolean) => {
      const eks = cluster();
      eks.version = async () => ({ gitVersion: 'v1.33.1-eks-595af52' });
      eks.objects.daemonsets = [named('aws-node', 'kube-system')];
      if (policies) eks.objects.networkpolicies = [named('deny', 'otlp-system')];
      return collectSnapshot(eks, sandboxTarget(), { clock });
    };
    expect((await onEks(true)).objects.daemonsets.map(({ metadata }) => metadata.name)).toEqual(['aws-node']);
    expect((await onEks(false)).objects.daemonsets).toEqual([]);
  });
});
