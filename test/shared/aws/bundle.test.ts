import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { bundle } from '#infra/aws/bundle.ts';
import { useAwsAt } from '#test/support/aws-environment.ts';
import { serve } from '#test/support/http-server.ts';
import { startS3 } from '#test/support/s3-server.ts';

/** Loaded at a cold start, bytes; a function's own code comes on top. */
const LIMIT = 500_000;

const run = promisify(execFile);
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'medic-bundle-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dir, { recursive: true });
});

/** Runs a module beside the bundle, outside the checkout, where no node_modules can help it. */
async function runBeside(code: string, env: Record<string, string> = {}): Promise<unknown> {
  const main = join(dir, 'main.mjs');
  await writeFile(main, code);
  const { stdout } = await run(process.execPath, [main], {
    cwd: dir,
    env: { ...process.env, ...env },
    timeout: 20_000,
  });
  return JSON.parse(stdout);
}

it('bundles the EKS and S3 adapters into modules that work alone, without client-node', async () => {
  const bundles = await bundle({ eks: 'shared/aws/eks.ts', 's3-store': 'shared/aws/s3-store.ts' }, dir);
  for (const { size, packages } of bundles.values()) {
    expect(packages).not.toContain('@kubernetes/client-node');
    expect(size).toBeLessThan(LIMIT);
  }

  await using s3 = await startS3();
  await using eks = await serve(({ path, headers }, response) => {
    response.setHeader('content-type', 'application/json');
    if (path !== '/version') return void response.end(JSON.stringify({ cluster: { endpoint: eks.url } }));
    response.end(JSON.stringify({ gitVersion: headers.authorization?.slice(0, 18) }));
  });
  useAwsAt(s3.url);
  const answer = await runBeside(
    `import { openEks } from './eks/eks.mjs';
     import { s3Store } from './s3-store/s3-store.mjs';
     const store = s3Store({ bucket: 'medic-bucket' });
     await store.create('a.json', '{}');
     const conflict = await store.create('a.json', '{}').catch(({ name }) => name);
     const cluster = await openEks({ eks: 'c', region: 'eu-west-1' });
     const { gitVersion } = await cluster.version();
     cluster.close();
     console.log(JSON.stringify({ conflict, gitVersion }));`,
    { AWS_ENDPOINT_URL_EKS: eks.url },
  );
  expect(answer).toEqual({ conflict: 'StoreConflict', gitVersion: 'Bearer k8s-aws-v1.' });
});

it('bundles the ports of a deployed function, which find their configuration layer by NODE_PATH', async () => {
  const bundles = await bundle({ ports: 'shared/aws/deployed-ports.ts' }, dir);
  expect(bundles.get('ports')?.packages).not.toContain('@kubernetes/client-node');
  expect(bundles.get('ports')?.size).toBeLessThan(LIMIT);

  const layer = join(dir, 'opt/nodejs/node_modules');
  const files = {
    'package.json': { name: 'medic-config', main: 'medic.config.json' },
    'medic.config.json': { targets: [{ name: 'prod', cluster: { eks: 'c', region: 'r' } }] },
  };
  await mkdir(join(layer, 'medic-config'), { recursive: true });
  for (const [file, content] of Object.entries(files))
    await writeFile(join(layer, 'medic-config', file), JSON.stringify(content));
  const answer = await runBeside(
    `import { deployedPorts } from './ports/ports.mjs';
     const { config, store } = await deployedPorts();
     console.log(JSON.stringify({ target: config.targets[0].name, place: store.locate('a') }));`,
    { NODE_PATH: layer, MEDIC_BUCKET: 'b', AWS_REGION: 'eu-west-1' },
  );
  expect(answer).toMatchObject({ target: 'prod', place: expect.stringContaining('/object/b?') });
});
