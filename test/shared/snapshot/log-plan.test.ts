import { expect, it } from 'vitest';
import { planLogs } from '#shared/snapshot/log-plan.ts';
import { UPSTREAM_SILENT, withCoreDns } from '#test/support/cluster-dns.ts';
import { podsOf } from '#test/support/faults.ts';
import { healthyNamespace, wholeNamespace } from '#test/support/namespace.ts';

it('reads the log of a Collector before those of other healthy workloads, and more of it', () => {
  const snapshot = healthyNamespace();
  const [app] = podsOf(snapshot, 'otlp-app');
  if (!app) throw new Error('no pod');
  // More healthy workloads than logs are read of, with names before the Collector's.
  for (let index = 0; index < 12; index++) {
    const copy = structuredClone(app);
    copy.metadata = {
      ...copy.metadata,
      name: `aaa-${index}-x`,
      ownerReferences: [{ kind: 'StatefulSet', name: `aaa-${index}`, controller: true }],
    };
    snapshot.objects.pods.push(copy);
  }
  const [first, ...others] = planLogs(wholeNamespace(), snapshot.objects);
  expect(first?.container).toBe('collector');
  expect(others).toHaveLength(5);
  expect(others.every(({ tailLines }) => tailLines < (first?.tailLines ?? 0))).toBe(true);
});

it('reads the log of two servers of the cluster DNS beside those of the target, each line with its time', () => {
  const { objects } = withCoreDns(healthyNamespace(), { lines: [UPSTREAM_SILENT] });
  const server = objects.pods.at(-1);
  if (!server) throw new Error('no pod');
  for (const name of ['coredns-7c9-y', 'coredns-7c9-z'])
    objects.pods.push({ ...server, metadata: { ...server.metadata, name } });
  const planned = planLogs(wholeNamespace(), objects);
  const dns = planned.filter(({ namespace }) => namespace === 'kube-system');
  expect(dns.map(({ pod }) => pod)).toEqual(['coredns-7c9-x', 'coredns-7c9-y']);
  for (const request of planned) expect(request.timestamps === true).toBe(dns.includes(request));
});
