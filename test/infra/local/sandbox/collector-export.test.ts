import { describe, expect, it } from 'vitest';
import type { SandboxCluster } from '#infra/local/sandbox/cluster.ts';
import { replayedCluster } from '#test/support/replayed-cluster.ts';

const lastWords = (cluster: SandboxCluster, found: RegExp): string[] =>
  cluster.podsOf('otel-collector').map(({ metadata }) => {
    const log = cluster.kubelet.container(metadata, 'otel-collector')?.log.read({ previous: false }) ?? '';
    return log.split('\n').findLast((line) => found.test(line)) ?? 'nothing';
  });

async function counted(cluster: SandboxCluster, series: string): Promise<number> {
  const texts = await Promise.all(
    cluster.podsOf('otel-collector').map(async ({ status }) => {
      const { body } = await cluster.network.request(status?.podIP ?? '', 8888, { path: '/metrics' });
      return body.toString();
    }),
  );
  const counts = texts
    .join('\n')
    .matchAll(new RegExp(`^${series}_spans\\{exporter="otlp_http/gateway"\\} (\\d+)$`, 'gm'));
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

describe('a Collector whose backend', () => {
  it('refuses its token drops the data at once, in the words of release 0.161', async () => {
    const cluster = await replayedCluster('backend-refuses');
    const sent = await counted(cluster, 'otelcol_exporter_sent');
    expect(sent).toBeGreaterThan(0);
    await cluster.timeline.pass(60);
    const resource = '\\{"resource": \\{"service.name": "otelcol", "service.version": "0.161.0"\\}, ';
    for (const line of lastWords(cluster, /Exporting failed/))
      expect(line).toMatch(
        new RegExp(
          `\\terror\\tinternal/queue_sender.go:62\\tExporting failed. Dropping data.\\t${resource}"otelcol.component.id": "otlp_http/gateway", "otelcol.component.kind": "exporter", "otelcol.signal": "traces", "error": "not retryable error: Permanent error: rpc error: code = Unauthenticated desc = error exporting items, request to http://otlp-gateway.observability:4318/v1/traces responded with HTTP Status Code 401", "dropped_items": \\d+\\}$`,
        ),
      );
    expect(await counted(cluster, 'otelcol_exporter_send_failed')).toBeGreaterThan(0);
  });

  it('is away keeps the data and tries again, and sends it when the backend is back', async () => {
    const cluster = await replayedCluster('backend-refuses');
    const gateway = { namespace: 'observability', name: 'otlp-gateway' };
    const scaleTo = (replicas: number) =>
      cluster.edit('deployments', gateway, ({ spec }) => Object.assign(spec, { replicas }));
    scaleTo(0);
    await cluster.timeline.pass(60);
    expect(lastWords(cluster, /Will retry/)[0]).toMatch(
      /\tinfo\t.*Exporting failed\. Will retry the request after interval\..*connection refused.*"interval": "[\d.]+s"/,
    );
    const failed = await counted(cluster, 'otelcol_exporter_send_failed');
    cluster.edit('secrets', { namespace: 'observability', name: 'otlp-gateway-token' }, (secret) => {
      secret.data =
        cluster.store.get('secrets', { namespace: 'otlp-system', name: 'otel-collector-token' })?.data ?? {};
    });
    scaleTo(1);
    const before = await counted(cluster, 'otelcol_exporter_sent');
    await cluster.timeline.pass(60);
    expect(await counted(cluster, 'otelcol_exporter_send_failed')).toBe(failed);
    expect((await counted(cluster, 'otelcol_exporter_sent')) - before).toBeGreaterThan(12 * 12);
  });
});
