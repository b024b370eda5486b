import { globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { configLayer } from '#infra/aws/constructs/config-layer.ts';
import { deployedConfig } from '#shared/aws/deployed-config.ts';
import { config } from '#shared/domain/config.ts';

// The CDK takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'medic-layer-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true });
});

/** The stack with the layer, and where CDK put its content. */
function layerFor(caFile: string) {
  const app = new App({ outdir: join(dir, 'out') });
  const cluster = { eks: 'production', region: 'eu-west-1', caFile };
  configLayer(new Stack(app, 'stack'), 'Layer', config.parse({ targets: [{ name: 'shop', cluster }] }));
  app.synth();
  const [file = ''] = globSync(join(dir, 'out/asset.*/nodejs/node_modules/medic-config/medic.config.json'));
  return file;
}

it('brings the CA certificate of a target along: a function cannot read the file of whoever deploys', () => {
  const caFile = join(dir, 'ca.crt');
  writeFileSync(caFile, 'a certificate');
  const file = layerFor(caFile);
  expect(readFileSync(file, 'utf8')).not.toContain(dir);
  const [shop] = deployedConfig(file).targets;
  expect(shop?.cluster).toMatchObject({ eks: 'production', caFile: join(dirname(file), 'shop-ca.pem') });
  expect(readFileSync(join(dirname(file), 'shop-ca.pem'), 'utf8')).toBe('a certificate');
});

it('brings the CA certificates of OTLP endpoints along, too', () => {
  const caFile = join(dir, 'collector.crt');
  writeFileSync(caFile, 'a certificate');
  const app = new App({ outdir: join(dir, 'out') });
  const otlp = [{ endpoint: 'https://one.example' }, { endpoint: 'https://two.example', caFile }];
  const cluster = { eks: 'production', region: 'eu-west-1' };
  configLayer(new Stack(app, 'stack'), 'Layer', config.parse({ targets: [{ name: 'shop', cluster, otlp }] }));
  app.synth();
  const [file = ''] = globSync(join(dir, 'out/asset.*/nodejs/node_modules/medic-config/medic.config.json'));
  const [one, two] = deployedConfig(file).targets[0]?.otlp ?? [];
  expect(one?.caFile).toBeUndefined();
  expect(two?.caFile).toBe(join(dirname(file), 'shop-otlp-2-ca.pem'));
  expect(readFileSync(two?.caFile ?? '', 'utf8')).toBe('a certificate');
});

it('leaves nothing behind but what is deployed', () => {
  const work = join(dir, 'tmp');
  mkdirSync(work);
  vi.stubEnv('TMPDIR', work);
  const caFile = join(dir, 'ca.crt');
  writeFileSync(caFile, 'a certificate');
  layerFor(caFile);
  expect(readdirSync(work)).toEqual([]);
});

it('names the target whose CA certificate is not there', () => {
  const caFile = join(dir, 'none.crt');
  expect(() => layerFor(caFile)).toThrow(`target "shop": there is no CA file ${caFile}`);
});
