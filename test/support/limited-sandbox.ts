import type { Grant } from '#infra/local/sandbox/api/access.ts';
import { startSandbox } from '#infra/local/sandbox/sandbox.ts';
import type { AccessRule } from '#shared/domain/kubernetes-access.ts';
import { apiServer } from '#shared/kubernetes/api-server.ts';
import type { Cluster } from '#shared/ports/cluster.ts';

/** Rules of the table as what a user of the sandbox may do in a namespace. */
export const grantsOf = (rules: readonly AccessRule[], namespace: string): Grant[] =>
  rules.flatMap(({ apiGroup, resources, verbs, scope, namespace: other }) =>
    resources.map((resource) => ({
      verbs,
      group: apiGroup,
      resource,
      ...(scope === 'namespace' && { namespace: other ?? namespace }),
    })),
  );

/** A sandbox for callers with limits: one for each set of grants, which may be changed while it runs. */
export async function limitedSandbox(scenario = 'healthy') {
  const users: { name: string; token: string; grants: readonly Grant[] }[] = [];
  const sandbox = await startSandbox({ scenario, users });
  const clusters: Cluster[] = [];
  const open = (token?: string): Cluster => {
    const credentials = async () => ({ headers: { authorization: `Bearer ${token}` } });
    const cluster = apiServer({ name: 'sandbox', url: sandbox.url, ...(token !== undefined && { credentials }) });
    clusters.push(cluster);
    return cluster;
  };
  return {
    sandbox,
    /** nobody that the server knows */
    stranger: () => open('unknown'),
    /** may do everything */
    administrator: () => open(),
    as(grants: readonly Grant[]): Cluster {
      const token = `token-${users.length}`;
      users.push({ name: `user-${users.length}`, token, grants });
      return open(token);
    },
    async [Symbol.asyncDispose]() {
      for (const cluster of clusters) cluster.close();
      await sandbox.stop();
    },
  };
}
