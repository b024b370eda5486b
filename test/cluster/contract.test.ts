import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { openKubeconfig } from '#shared/kubernetes/kubeconfig.ts';
import { describeClusterContract } from '#test/support/cluster-contract.ts';
import { guideNamespace } from './guide-namespace.ts';
import { bed } from './situation.ts';

const namespace = 'contract';
const rights = {
  serviceAccount: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'watcher', namespace } },
  role: {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'watcher', namespace },
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }],
  },
  binding: {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'watcher', namespace },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'watcher' },
    subjects: [{ kind: 'ServiceAccount', name: 'watcher', namespace }],
  },
};
const LINES = ['starting', 'ready to serve', 'exported 512 spans'];
const PREVIOUS = ['starting', 'panic: out of luck'];

describeClusterContract('a real control plane', async () => {
  const client = bed();
  const kubeconfig = process.env.MEDIC_TEST_KUBECONFIG ?? '';
  await client.apply(...Object.values(guideNamespace(namespace)), ...Object.values(rights));
  for (const name of ['otlp-app', 'otel-collector'])
    await client.kubectl('-n', namespace, 'wait', '--for=condition=Available', `deployment/${name}`, '--timeout=60s');
  const pods = await client.kubectl('-n', namespace, 'get', 'pods', '-l', 'app=otel-collector', '-o', 'name');
  const pod = pods.split('\n')[0]?.replace('pod/', '') ?? '';
  await client.setLog(namespace, pod, 'otel-collector', LINES.join('\n'));
  await client.setLog(namespace, pod, 'otel-collector', PREVIOUS.join('\n'), { previous: true });

  const folder = mkdtempSync(join(tmpdir(), 'contract-'));
  /** the same server for the bearer of a token */
  const openAs = (name: string, token: string) => {
    const file = join(folder, name);
    const config = parse(readFileSync(kubeconfig, 'utf8'));
    const users = config.users.map((each: { name: string }) => ({ name: each.name, user: { token } }));
    writeFileSync(file, stringify({ ...config, users }));
    return openKubeconfig({ kubeconfig: file });
  };
  const token = await client.kubectl('-n', namespace, 'create', 'token', 'watcher');
  const open = {
    cluster: await openKubeconfig({ kubeconfig }),
    paged: await openKubeconfig({ kubeconfig }, { pageSize: 1 }),
    restricted: await openAs('restricted', token.trim()),
    stranger: await openAs('stranger', 'nobody'),
  };
  return {
    ...open,
    namespace,
    secretValue: 'not-a-real-key-of-anybody',
    log: { pod, container: 'otel-collector', lines: LINES, previous: PREVIOUS },
    metrics: true,
    close: async () => {
      for (const cluster of Object.values(open)) cluster.close();
      rmSync(folder, { recursive: true });
      await client.kubectl('delete', 'namespace', namespace, '--wait=false');
    },
  };
});
