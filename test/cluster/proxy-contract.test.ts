import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe } from 'vitest';
import { openKubeconfig } from '#shared/kubernetes/kubeconfig.ts';
import { ECHO } from '#test/support/echo-server.ts';
import { proxyContract, SERVICE_PORTS } from '#test/support/proxy-contract.ts';
import { ProcessKubelet } from './process-kubelet.ts';
import { bed } from './situation.ts';

/* The real API server answers as the sandbox does: test/infra/local/sandbox/proxy.test.ts has the same cases. */

const client = bed();
const namespace = 'proxy-contract';
const podCidr = process.env.MEDIC_TEST_POD_CIDR ?? '';
const routed = process.env.MEDIC_TEST_ROUTED === 'true';

const service = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace },
  spec: { selector: { app: name }, ports: SERVICE_PORTS },
});
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'echo', namespace, labels: { app: 'echo', 'bed/hold': 'true' } },
  spec: {
    containers: [
      { name: 'echo', image: 'registry.example/echo:1', readinessProbe: { httpGet: { path: '/', port: ECHO } } },
    ],
  },
};

async function open() {
  await client.apply(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    service('echo'),
    service('nobody'),
  );
  const kubelet = new ProcessKubelet(client, namespace, podCidr, {
    echo: () => ({ file: process.execPath, args: [join(import.meta.dirname, '../support/echo-process.ts')] }),
  });
  await client.kubectl('-n', namespace, 'wait', '--for=create', 'serviceaccount/default', '--timeout=20s');
  await client.apply(pod);
  await client.kubectl('-n', namespace, 'wait', '--for=condition=Ready', 'pod/echo', '--timeout=60s');
  const cluster = await openKubeconfig({ kubeconfig: process.env.MEDIC_TEST_KUBECONFIG ?? '' });
  const ask = { namespace, kind: 'services' as const, name: 'echo', port: ECHO, method: 'GET' as const, path: '/' };
  // Ready pods become endpoints a moment later.
  for (const end = Date.now() + 20_000; (await cluster.proxy(ask)).status !== 200 && Date.now() < end; )
    await sleep(200);
  const ip = await client.kubectl('-n', namespace, 'get', 'pod', 'echo', '-o', 'jsonpath={.status.podIP}');
  return {
    cluster,
    namespace,
    pod: { name: 'echo', ip: ip.trim() },
    async close() {
      cluster.close();
      await kubelet[Symbol.asyncDispose]();
      await client.kubectl('delete', 'namespace', namespace, '--wait=false');
    },
  };
}

describe.skipIf(!routed)('a real API server', () => proxyContract(open));
