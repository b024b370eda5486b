import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Bundle, bundle } from '#infra/aws/bundle.ts';
import { deployedFunctions, entriesOf } from '#infra/aws/functions.ts';

/** Loaded at each cold start, bytes; rules and parsers follow while the cluster answers, OpenTelemetry where it is configured. */
const LIMIT = 700_000;

const dir = mkdtempSync(join(tmpdir(), 'medic-bundles-'));
let bundles: Map<string, Bundle>;

beforeAll(async () => {
  bundles = await bundle(entriesOf(await deployedFunctions()), dir);
}, 60_000);
afterAll(() => rmSync(dir, { recursive: true }));

it('load less than 700 KB at a cold start, and never the Kubernetes client library', () => {
  const large = [...bundles].filter(([, { size }]) => size >= LIMIT).map(([name, { size }]) => `${name} ${size}`);
  expect(large).toEqual([]);
  const withClient = [...bundles].filter(([, { packages }]) => packages.has('@kubernetes/client-node'));
  expect(withClient.map(([name]) => name)).toEqual([]);
});

it('have a handler outside the checkout that names what its environment lacks', async () => {
  writeFileSync(
    join(dir, 'main.mjs'),
    `const context = { awsRequestId: 'r', functionName: 'f', getRemainingTimeInMillis: () => 10000 };
     const answers = {};
     for (const name of ${JSON.stringify([...bundles.keys()])}) {
       const { handler } = await import('./' + name + '/' + name + '.mjs');
       answers[name] = await handler({}, context).then(() => 'no error', ({ name, message }) => name + ': ' + message);
     }
     process.stderr.write(JSON.stringify(answers));`,
  );
  const env = { ...process.env, MEDIC_BUCKET: '' };
  const { stderr } = await promisify(execFile)(process.execPath, [join(dir, 'main.mjs')], { cwd: dir, env });
  const expected = [...bundles.keys()].map((name) => [name, expect.stringMatching(/^ConfigError: .*MEDIC_BUCKET/)]);
  expect(JSON.parse(stderr)).toEqual(Object.fromEntries(expected));
});
