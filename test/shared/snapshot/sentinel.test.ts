import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { parse as parseToml } from 'smol-toml';
import { expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import type { KubeObject, Pod } from '#shared/domain/kubernetes.ts';
import type { KubeEvent } from '#shared/domain/kubernetes-event.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { collectSnapshot } from '#shared/snapshot/collect.ts';
import { snapshotFromList } from '#shared/snapshot/from-list.ts';
import { snapshotBytes } from '#shared/snapshot/stored.ts';
import { memoryCluster } from '#test/support/memory-cluster.ts';
import { healthyNamespace, NAMESPACE, NOW, wholeNamespace } from '#test/support/namespace.ts';

const clock = { now: () => new Date(NOW) };
const target = wholeNamespace();
const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Where a secret can stand in a namespace, each place with a secret of its own. */
type Plant = (secret: string, at: Planted) => void;
interface Planted {
  objects: Snapshot['objects'];
  pod: Pod;
  log: string[];
}

const container = ({ objects }: Planted) => {
  const found = objects.deployments[0]?.spec.template.spec.containers[0];
  if (!found) throw new Error('the test namespace has no container');
  return found;
};
const data = ({ objects }: Planted, key: string, text: string) => {
  objects.configmaps.push({
    metadata: { name: `cm-${objects.configmaps.length}`, namespace: NAMESPACE },
    data: { [key]: text },
  });
};
const annotate = ({ pod }: Planted, key: string, text: string) => {
  pod.metadata.annotations = { ...pod.metadata.annotations, [key]: text };
};
const event = ({ objects }: Planted, message: string) => {
  const metadata = { name: `e-${objects.events.length}`, namespace: NAMESPACE };
  objects.events.push({ metadata, involvedObject: { kind: 'Pod' }, message } satisfies KubeEvent);
};

const PLACES: Record<string, Plant> = {
  'a variable': (secret, at) => container(at).env?.push({ name: 'DB_PASSWORD', value: secret }),
  'a variable with a URL': (secret, at) =>
    container(at).env?.push({ name: 'DB', value: `postgres://app:${secret}@db:5432/x` }),
  'OTLP headers': (secret, at) =>
    container(at).env?.push({ name: 'OTEL_EXPORTER_OTLP_HEADERS', value: `x-team=${secret}` }),
  'an argument': (secret, at) => (container(at).args = [`--token=${secret}`]),
  'two arguments': (secret, at) => (container(at).command = ['app', '--password', secret]),
  'a probe header': (secret, at) => {
    const httpHeaders = [{ name: 'X-Probe', value: secret }];
    container(at).livenessProbe = { httpGet: { port: 80, httpHeaders } as { port: number } };
  },
  'a plain value': (secret, at) => data(at, 'db-password', secret),
  'a properties file': (secret, at) => data(at, 'app.properties', `port=80\ndb.password=${secret}\n`),
  YAML: (secret, at) => data(at, 'a.yaml', `db:\n  password: ${JSON.stringify(secret)}\n  port: 5432\n`),
  'a block of YAML': (secret, at) => data(at, 'a.yaml', `secret: |\n  one\n  ${secret}\nport: 80\n`),
  'a header in YAML': (secret, at) => data(at, 'relay', `exporters:\n  otlp:\n    headers: { x-team: "${secret}" }\n`),
  JSON: (secret, at) => data(at, 'a.json', JSON.stringify({ apiKey: secret, port: 80 })),
  TOML: (secret, at) => data(at, 'a.toml', `[db]\ntokens = [ "${secret}" ]\nport = 80\n`),
  'a broken file': (secret, at) => data(at, 'a.yaml', `a: {b\npassword: ${secret}\n`),
  'binary data': (secret, { objects }) =>
    objects.configmaps.push({ metadata: { name: 'bin', namespace: NAMESPACE }, binaryData: { a: base64(secret) } }),
  'an event': (secret, at) => event(at, `login failed: password=${secret}`),
  'an annotation': (secret, at) => annotate(at, 'example.com/api-token', secret),
  'an annotation with JSON': (secret, at) => annotate(at, 'example.com/x', JSON.stringify({ clientSecret: secret })),
  'the applied object': (secret, at) =>
    annotate(at, 'kubectl.kubernetes.io/last-applied-configuration', JSON.stringify({ odd: [secret] })),
  'a query in a log': (secret, { log }) => log.push(`GET /v1?access_token=${encodeURIComponent(secret)}&x=1`),
  'userinfo in a log': (secret, { log }) => log.push(`dial https://app:${secret}@backend:4317/v1 failed`),
  'a JSON log line': (secret, { log }) =>
    log.push(JSON.stringify({ level: 'warn', authorization: `Bearer ${secret}` })),
  'base64 in a log': (secret, { log }) => log.push(`dump ${base64(`user=app password=${secret}`)}`),
  'a termination message': (secret, { pod }) => {
    const status = pod.status?.containerStatuses?.[0];
    if (status) status.lastState = { terminated: { exitCode: 1, message: `token: ${secret}\n` } };
  },
};

/** What a person would not know to hide: only the secret's own place tells that it is one. */
const ECHOES: Record<string, Plant> = {
  'an event': (secret, at) => event(at, `could not log in with ${secret} today`),
  'a log': (secret, { log }) =>
    log.push(`trying ${secret}, then ${base64(`${secret}`)}, then ${base64(`ab${secret}cd`)}`),
  'an annotation': (secret, at) => annotate(at, 'example.com/note', `see ${secret}`),
  'a configuration': (secret, at) => data(at, 'notes.txt', `the word is ${secret}`),
  'a variable': (secret, at) => container(at).env?.push({ name: 'MOTTO', value: `/p/${encodeURIComponent(secret)}` }),
};

function plantedNamespace(): Planted {
  const { objects } = healthyNamespace();
  const pod = objects.pods[0];
  const status = pod?.status?.containerStatuses?.[0];
  if (!pod || !status) throw new Error('the test namespace has no pod');
  Object.assign(status, { ready: false, restartCount: 1 });
  return { objects, pod, log: ['level=info msg=started'] };
}

async function stored({ objects, pod, log }: Planted): Promise<{ snapshot: Snapshot; bytes: string }> {
  const cluster = memoryCluster(objects);
  cluster.logs.set(`${NAMESPACE}/${pod.metadata.name}/app`, log.join('\n'));
  const snapshot = await collectSnapshot(cluster, target, { clock });
  return { snapshot, bytes: gunzipSync(snapshotBytes(snapshot)).toString('utf8') };
}

const isFree = (bytes: string, secret: string): void => {
  const spellings = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)];
  // The part of its base64 that is the same whatever comes before and after.
  for (const offset of [0, 1, 2]) {
    const encoded = base64(`${'x'.repeat(offset)}${secret}xx`);
    spellings.push(encoded.slice(offset === 0 ? 0 : 4, Math.floor((secret.length + offset) / 3) * 4));
  }
  expect(spellings.filter((spelling) => bytes.includes(spelling))).toEqual([]);
};

it.each(Object.keys(PLACES))('keeps a secret out of every stored byte: %s', async (place) => {
  const at = plantedNamespace();
  const secret = 'S3ntinel-Xk9vQ2m7LrT4w';
  PLACES[place]?.(secret, at);
  const { bytes } = await stored(at);
  isFree(bytes, secret);
});

it('keeps one secret that stands everywhere out of every stored byte', async () => {
  const at = plantedNamespace();
  const secret = 'S3ntinel-Xk9vQ2m7LrT4w';
  for (const plant of [...Object.values(PLACES), ...Object.values(ECHOES)]) plant(secret, at);
  const { bytes } = await stored(at);
  isFree(bytes, secret);
});

/** Passwords as generators and people make them; some with what configuration languages find hard. */
const secrets = fc
  .tuple(
    fc.stringMatching(/^[A-Za-z0-9]{4,10}$/),
    fc.constantFrom(
      '-',
      '_',
      '!',
      '.',
      '~',
      '$x',
      '+',
      'é',
      '^2',
      '*',
      '&',
      ',',
      ';',
      '=',
      '@',
      '#',
      '%',
      ':',
      '|',
      '?',
      '/',
    ),
    fc.stringMatching(/^[A-Za-z]{2,8}[0-9]{2,6}$/),
  )
  .map((parts) => parts.join(''));

it('keeps random secrets in random places, and wherever they are repeated, out of every stored byte', async () => {
  const places = fc.uniqueArray(fc.constantFrom(...Object.keys(PLACES)), { minLength: 1, maxLength: 6 });
  const echoes = fc.uniqueArray(fc.constantFrom(...Object.keys(ECHOES)), { maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(secrets, secrets, places, echoes, async (one, two, where, again) => {
      fc.pre(!one.includes(two) && !two.includes(one));
      const at = plantedNamespace();
      // What nobody can read has taught nothing: it is removed unseen.
      const unseen = ['binary data', 'the applied object'];
      for (const place of where) PLACES[place]?.(one, at);
      container(at).env?.push({ name: 'SECOND_TOKEN', value: two });
      if (where.some((place) => !unseen.includes(place) && place !== 'base64 in a log'))
        for (const echo of again) ECHOES[echo]?.(two, at);
      const { bytes } = await stored(at);
      isFree(bytes, one);
      isFree(bytes, two);
    }),
    { numRuns: 60 },
  );
}, 30_000);

it('keeps the values of Secrets in a file out, and knows them in other texts', () => {
  const at = plantedNamespace();
  const secret = 'S3ntinel-Xk9vQ2m7LrT4w';
  for (const plant of Object.values(ECHOES)) plant(secret, at);
  const named = (kind: string) => (object: KubeObject) => ({ kind, ...object });
  const items = [
    {
      kind: 'Secret',
      metadata: { name: 'otlp-app-secrets', namespace: NAMESPACE },
      data: { 'api-key': base64(secret) },
    },
    { kind: 'Secret', metadata: { name: 'plain', namespace: NAMESPACE }, stringData: { a: `${secret}-2` } },
    ...at.objects.pods.map(named('Pod')),
    ...at.objects.deployments.map(named('Deployment')),
    ...at.objects.configmaps.map(named('ConfigMap')),
    ...at.objects.events.map(named('Event')),
  ];
  const snapshot = snapshotFromList({ kind: 'List', items }, { target, clock });
  isFree(JSON.stringify(snapshot), secret);
  expect(snapshot.secrets).toEqual([
    { namespace: NAMESPACE, name: 'otlp-app-secrets', keys: ['api-key'] },
    { namespace: NAMESPACE, name: 'plain', keys: ['a'] },
  ]);
});

it('keeps what the rules need: hosts, ports, paths, names, structure', async () => {
  const at = plantedNamespace();
  const secret = 'S3ntinel-Xk9vQ2m7LrT4w';
  for (const plant of Object.values(PLACES)) plant(secret, at);
  at.log.push('thread main panicked at src/main.rs:42: connection refused (os error 111)');
  const { snapshot } = await stored(at);
  const spec = snapshot.objects.deployments[0]?.spec.template.spec.containers[0];
  expect(spec).toMatchObject({
    image: 'registry.example.com/otlp-app:1.4.2',
    ports: [{ name: 'http', containerPort: 8080 }],
  });
  const env = Object.fromEntries((spec?.env ?? []).map(({ name, value, valueFrom }) => [name, value ?? valueFrom]));
  expect(env).toMatchObject({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel-collector:4317',
    API_KEY: { secretKeyRef: { name: 'otlp-app-secrets', key: 'api-key' } },
    DB: expect.stringMatching(/^postgres:\/\/\[redacted-\d+\]:\[redacted-\d+\]@db:5432\/x$/),
    OTEL_EXPORTER_OTLP_HEADERS: expect.stringMatching(/^x-team=\[redacted-\d+\]$/),
  });
  const password = env.DB_PASSWORD;
  expect(String(env.DB)).toContain(`:${String(password)}@`);

  const texts = snapshot.objects.configmaps.map(({ data }) => data ?? {});
  const of = (key: string) => texts.filter((data) => key in data).map((data) => data[key] ?? '');
  expect(parseYaml(of('a.yaml')[0] ?? '')).toEqual({ db: { password, port: 5432 } });
  expect(JSON.parse(of('a.json')[0] ?? '')).toEqual({ apiKey: password, port: 80 });
  expect(parseToml(of('a.toml')[0] ?? '')).toEqual({ db: { tokens: [password], port: 80 } });
  expect(snapshot.logs[0]?.text).toContain('connection refused (os error 111)');
  expect(snapshot.logs[0]?.text).toContain('@backend:4317/v1 failed');
});
