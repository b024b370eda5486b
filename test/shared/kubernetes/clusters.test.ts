import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { target } from '#shared/domain/target.ts';
import { apiServer } from '#shared/kubernetes/api-server.ts';
import { makeClusters } from '#shared/kubernetes/clusters.ts';
import { ClusterError } from '#shared/ports/cluster.ts';
import { faultOf } from '#test/support/cluster-contract.ts';

const targetOn = (cluster: object | string) => target.parse({ name: 'shop', cluster });
const server = (name: string) => apiServer({ name, url: 'http://127.0.0.1:1' });

it('opens a target by the kind of cluster that it names', async () => {
  const clusters = makeClusters({
    sandbox: ({ name }) => server(`sandbox of ${name}`),
    eks: async ({ eks, region }) => server(`${eks} in ${region}`),
    kubeconfig: async ({ context }) => server(`context ${context}`),
  });
  const opened = await Promise.all(
    ['sandbox', { eks: 'prod', region: 'eu-central-1' }, { context: 'kind' }].map((cluster) =>
      clusters.open(targetOn(cluster)),
    ),
  );
  expect(opened.map(({ name }) => name)).toEqual(['sandbox of shop', 'prod in eu-central-1', 'context kind']);
});

it.each([['sandbox'], [{ eks: 'prod', region: 'eu-central-1' }], [{ context: 'kind' }]])(
  'tells that %j cannot be reached from here',
  async (cluster) => {
    expect(await faultOf(makeClusters({}).open(targetOn(cluster)))).toMatchObject({
      fault: 'credentials',
      message: expect.stringContaining('target "shop"'),
    });
  },
);

it('opens a context once for all steps, and again after a failure', async () => {
  let tries = 0;
  const clusters = makeClusters({
    kubeconfig: async () => {
      if (tries++ === 0) throw new ClusterError('credentials', 'not signed in');
      return server('context');
    },
  });
  const open = () => clusters.open(targetOn({ context: 'prod' }));
  expect(await faultOf(open())).toMatchObject({ message: 'not signed in' });
  const [first, second] = await Promise.all([open(), open()]);
  expect(await open()).toBe(first);
  expect(second).toBe(first);
  expect(tries).toBe(2);
});

it('keeps client-node out of what is deployed', async () => {
  const { metafile } = await build({
    entryPoints: ['shared/kubernetes/api-server.ts', 'shared/kubernetes/clusters.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
    outdir: 'unused',
    metafile: true,
  });
  const libraries = Object.keys(metafile.inputs).filter((file) => file.includes('node_modules'));
  expect(libraries.filter((file) => !file.includes('/zod/'))).toEqual([]);
});
