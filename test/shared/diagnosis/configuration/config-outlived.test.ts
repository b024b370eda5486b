import { describe, expect, it } from 'vitest';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { codes, findingOf, judge, roots } from '#test/support/diagnosing.ts';
import { addLog, configMapOf, everWith, podsOf, unready } from '#test/support/faults.ts';
import { ago, healthyNamespace, NAMESPACE } from '#test/support/namespace.ts';

const says = (snapshot: Snapshot, app: string, line: string) => {
  for (const pod of podsOf(snapshot, app))
    addLog(snapshot, pod, [3, 2, 1].map((minutes) => `${ago(minutes)} ${line}`).join('\n'));
  return snapshot;
};

describe('a host that a process still looks for', () => {
  /** Its file has named another one for ten minutes; it is mounted with subPath, which is never refreshed. */
  function moved({ line = 'ERROR getaddrinfo ENOTFOUND postgres', to = 'postgres-v17', subPath = true, changed = 10 }) {
    const snapshot = everWith(healthyNamespace(), 'otlp-app', (container) => {
      const mount = { name: 'config', mountPath: '/etc/app/config.yaml' };
      container.volumeMounts = [{ ...mount, ...(subPath && { subPath: 'config.yaml' }) }];
    });
    const config = configMapOf(snapshot, 'otlp-app-config');
    config.data = { 'config.yaml': `database:\n  host: ${to}\n  port: 5432\n` };
    config.metadata.managedFields = [{ manager: 'kubectl', operation: 'Update', time: ago(changed) }];
    return says(snapshot, 'otlp-app', line);
  }

  it('is why it does not resolve; a restart is the cure', () => {
    const snapshot = moved({});
    unready(snapshot, podsOf(snapshot, 'otlp-app'), 'Readiness probe failed: HTTP probe failed with statuscode: 503');
    expect(roots(snapshot)).toEqual(['config-stale-in-pods']);
    expect(findingOf(snapshot, 'config-stale-in-pods').title).toContain('still looks for postgres');
    expect(judge(snapshot).action).toMatchObject({ class: 'restart' });
  });

  it.each([
    ['stands in the file as it is now', { to: 'postgres' }],
    ['is written in full there', { to: `postgres.${NAMESPACE}.svc` }],
    ['is missed since before the change, by pods of after it', { changed: 3 * 24 * 60 }],
  ])('is no leftover where it %s', (_, given) => {
    expect(roots(moved(given))).toEqual(['dns-resolution-failing']);
  });

  it('is refreshed in a mounted folder', () => {
    expect(codes(moved({ subPath: false }))).not.toContain('config-stale-in-pods');
  });
});

describe('a certificate that has been renewed in its Secret', () => {
  function renewed(app: string, line: string, keys = ['tls.crt', 'tls.key'], changed = 24 * 60) {
    const snapshot = everWith(healthyNamespace(), 'otel-collector', (_, spec) => {
      spec.volumes?.push({ name: 'tls', secret: { secretName: 'collector-tls' } });
    });
    snapshot.secrets.push({ namespace: NAMESPACE, name: 'collector-tls', keys, changedAt: ago(changed) });
    return says(snapshot, app, line);
  }
  const REFUSED =
    'ERROR io.opentelemetry.exporter.internal.grpc.GrpcExporter - Failed to export spans. The request could not be executed. Error message: PKIX path validation failed: java.security.cert.CertPathValidatorException: validity check failed';

  it('is the old one still for what has read it at its start', () => {
    const snapshot = renewed('otlp-app', REFUSED);
    expect(roots(snapshot)).toEqual(['config-stale-in-pods']);
    expect(findingOf(snapshot, 'config-stale-in-pods').subject).toMatchObject({
      kind: 'Deployment',
      name: 'otel-collector',
    });
  });

  it('may be told by what serves it', () => {
    const line =
      'warn\tzapgrpc\tgrpc: Server.Serve failed to complete security handshake: remote error: tls: expired certificate';
    expect(codes(renewed('otel-collector', line))).toContain('config-stale-in-pods');
  });

  it.each([
    ['nobody refuses it', renewed('otlp-app', 'INFO exported 5 spans')],
    ['the pods started after it', renewed('otlp-app', REFUSED, ['tls.crt'], 9 * 24 * 60)],
    ['the Secret holds none', renewed('otlp-app', REFUSED, ['token'])],
  ])('is no matter where %s', (_, snapshot) => {
    expect(codes(snapshot)).not.toContain('config-stale-in-pods');
  });
});
