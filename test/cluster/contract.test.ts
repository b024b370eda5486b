import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { openKubeconfig } from '#shared/kubernetes/kubeconfig.ts';
import { describeClusterContract } from '#test/support/cluster-contract.ts';
import { ControlPlane } from '../../scripts/control-plane/control-plane.ts';
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

/** Drops all that was before now, as the API server does every five minutes. In a process of its own, to be synchronous. */
function compactEtcd(etcdPort: number) {
  const script = `
    const call = async (path, body) => (await fetch('http://127.0.0.1:' + process.argv[1] + path, { method: 'POST', body: JSON.stringify(body) })).json();
    const { header } = await call('/v3/kv/put', { key: btoa('/bed/compaction'), value: btoa(String(Date.now())) });
    await call('/v3/kv/compaction', { revision: header.revision, physical: true });`;
  execFileSync(process.execPath, ['--input-type=module', '-e', script, String(etcdPort)]);
}

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
  const openAs = (name: string, token: string, of = kubeconfig) => {
    const file = join(folder, name);
    const config = parse(readFileSync(of, 'utf8'));
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
  const crowded = await ControlPlane.start({
    metrics: false,
    apiserverArgs: [
      '--enable-priority-and-fairness=false',
      '--max-requests-inflight=1',
      // Else pages come from the server's memory, whatever etcd has forgotten.
      '--feature-gates=ListFromCacheSnapshot=false',
    ],
  });
  const forgetful = await openKubeconfig({ kubeconfig: crowded.kubeconfig }, { pageSize: 1 });
  // The controller manager is the last to add one; until then a second list has more than the first.
  await crowded.client.kubectl(
    '-n',
    'kube-system',
    'wait',
    '--for=create',
    'configmap/kube-root-ca.crt',
    '--timeout=60s',
  );
  // Administrators are never turned away.
  await crowded.client.kubectl('create', 'clusterrole', 'nodes', '--verb=list', '--resource=nodes');
  await crowded.client.kubectl(
    'create',
    'clusterrolebinding',
    'nodes',
    '--clusterrole=nodes',
    '--serviceaccount=default:default',
  );
  const crowdedCluster = await openAs(
    'crowded',
    (await crowded.client.kubectl('create', 'token', 'default')).trim(),
    crowded.kubeconfig,
  );
  return {
    ...open,
    namespace,
    secretValue: 'not-a-real-key-of-anybody',
    log: { pod, container: 'otel-collector', lines: LINES, previous: PREVIOUS },
    metrics: true,
    forgetful: { paged: forgetful, namespace: 'kube-system', expireTokens: () => compactEtcd(crowded.bed.port) },
    crowded: {
      cluster: crowdedCluster,
      turnedAway: async () => readFileSync(crowded.auditLog, 'utf8').split('"code":429').length - 1,
    },
    close: async () => {
      for (const cluster of [...Object.values(open), crowdedCluster, forgetful]) cluster.close();
      await crowded.down();
      rmSync(folder, { recursive: true });
      await client.kubectl('delete', 'namespace', namespace, '--wait=false');
    },
  };
});
