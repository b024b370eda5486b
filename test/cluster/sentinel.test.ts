import { globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { medic } from '#test/support/medic.ts';
import { guideNamespace } from './guide-namespace.ts';
import { bed, putSituation } from './situation.ts';

const client = bed();
const namespace = 'sentinel';
const SENTINEL = 'Zq7-sentinel-91xWv4';
const out = mkdtempSync(join(tmpdir(), 'otlp-medic-sentinel-'));

afterAll(async () => {
  rmSync(out, { recursive: true, force: true });
  await client.kubectl('delete', 'namespace', namespace, '--wait=false');
});

/** Plain, and as it hides in base64 whatever stands before it. */
const spellings = [
  SENTINEL,
  ...[0, 1, 2].map((shift) => btoa(`${'x'.repeat(shift)}${SENTINEL}`).slice(shift ? 4 : 0, -4)),
];

function bytesOf(file: string): string {
  const raw = readFileSync(file);
  return (file.endsWith('.gz') ? gunzipSync(raw) : raw).toString();
}

it('a secret planted everywhere stands in no stored and no printed byte', async () => {
  const parts = guideNamespace(namespace);
  const app = structuredClone(parts.app) as {
    metadata: { annotations?: Record<string, string> };
    spec: {
      template: {
        metadata: { annotations?: Record<string, string> };
        spec: { containers: { env: object[]; args?: string[] }[] };
      };
    };
  };
  const container = app.spec.template.spec.containers[0];
  container?.env.push(
    { name: 'DB_PASSWORD', value: SENTINEL },
    { name: 'OTEL_EXPORTER_OTLP_HEADERS', value: `authorization=Bearer ${SENTINEL}` },
    { name: 'BACKEND_URL', value: `https://user:${SENTINEL}@backend.example:8443/v1?api_key=${SENTINEL}` },
  );
  if (container) container.args = [`--token=${SENTINEL}`];
  app.spec.template.metadata.annotations = { 'example.com/api-token': SENTINEL };
  app.metadata.annotations = {
    'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({
      env: [{ name: 'DB_PASSWORD', value: SENTINEL }],
    }),
  };
  parts.appConfig.data['config.toml'] += `\n[auth]\npassword = "${SENTINEL}"\n`;
  parts.secret.stringData['api-key'] = SENTINEL;
  const log = [
    `ERROR otlp_app: export failed authorization="Bearer ${SENTINEL}"`,
    `WARN otlp_app: connecting to postgres://app:${SENTINEL}@db.example/otlp`,
    `INFO config {"password":"${SENTINEL}","retries":3}`,
    `thread 'main' panicked at src/main.rs:1:1: bad value ${SENTINEL}`,
  ].join('\n');
  await putSituation(client, {
    namespace,
    objects: Object.values({ ...parts, app }),
    available: ['otlp-app', 'otel-collector'],
    symptoms: [
      {
        pods: 'app=otlp-app',
        container: {
          restartCount: 4,
          state: { waiting: { reason: 'CrashLoopBackOff', message: `back-off restarting, password=${SENTINEL}` } },
          lastState: {
            terminated: {
              exitCode: 101,
              reason: 'Error',
              message: `bad value ${SENTINEL}`,
              finishedAt: new Date().toISOString().replace(/\.\d+/, ''),
            },
          },
        },
        events: [{ reason: 'BackOff', message: `Back-off restarting failed container; token ${SENTINEL} refused` }],
        log,
        previousLog: log,
      },
    ],
  });
  const where = ['--kubeconfig', process.env.MEDIC_TEST_KUBECONFIG ?? '', '--namespace', namespace, '--out', out];
  const printed: string[] = [];
  for (const args of [
    ['diagnose', ...where],
    ['diagnose', ...where, '--format', 'json'],
    ['diagnose', ...where, '--format', 'markdown'],
    ['respond', ...where, '--act', '--format', 'json'],
    ['check-health', ...where],
  ]) {
    const { stdout, stderr } = await medic(args, { env: { MEDIC_DEBUG: '1' } });
    printed.push(stdout, stderr);
  }
  expect(printed.join('\n')).toContain('container-panic');
  const files = globSync('**/*', { cwd: out })
    .map((file) => join(out, file))
    .filter((file) => statSync(file).isFile());
  expect(files.some((file) => file.endsWith('.json.gz'))).toBe(true);
  const leaks = [...files.map((file) => [file, bytesOf(file)]), ['output', printed.join('\n')]].flatMap(
    ([place, text = '']) =>
      spellings.filter((spelling) => text.includes(spelling)).map((spelling) => `${place}: ${spelling}`),
  );
  expect(leaks).toEqual([]);
});
