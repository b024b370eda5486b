import { type MedicConfig, policyFor } from '#shared/domain/config.ts';
import { accessRules, type KubernetesGroup } from '#shared/domain/kubernetes-access.ts';
import type { Target } from '#shared/domain/target.ts';
import type { CallOptions, Cluster, Clusters } from '#shared/ports/cluster.ts';
import { checkAwsCredentials } from './aws-credentials.ts';
import { type Check, notChecked, type Section } from './check.ts';
import { checkObjects } from './expected-objects.ts';
import { functionsWithAccess } from './functions-with-access.ts';
import { checkMetrics } from './metrics-api.ts';
import { accessTo, checkPermissions, checkSecrets, permissionsUnknown } from './permissions.ts';
import { reach } from './reach.ts';

/** The section of a target, and whether its cluster could be examined at all. */
export interface Examined {
  section: Section;
  examined: boolean;
}

/** Why no function will ever act on the target, though its caller may. */
function idleReason(target: Target, config: MedicConfig): string | undefined {
  if (!target.actions.includes('restart')) return 'actions of the target has no restart';
  const { response } = policyFor(target, config.policy);
  return response === 'diagnose-only' ? 'the policy of the target is diagnose-only' : undefined;
}

async function checkRights(cluster: Cluster, target: Target, config: MedicConfig, options: CallOptions) {
  const functions = await functionsWithAccess();
  const ask = (group: KubernetesGroup) =>
    accessTo(cluster, target, group, options).catch((error: unknown) => ({ error }));
  const [readers, actors, probers] = await Promise.all([
    ask('otlp-medic:readers'),
    ask('otlp-medic:actors'),
    ask('otlp-medic:probers'),
  ]);
  const answers = { 'otlp-medic:readers': readers, 'otlp-medic:actors': actors, 'otlp-medic:probers': probers };
  const probesThrough = accessRules('otlp-medic:probers', target).length > 0;
  const permissions = functions.flatMap(({ name, group }): Check[] => {
    if (group === 'otlp-medic:probers' && !probesThrough) return [];
    const access = answers[group];
    if ('error' in access) return [permissionsUnknown(name, access.error)];
    const idle = group === 'otlp-medic:actors' ? idleReason(target, config) : undefined;
    return [checkPermissions(name, access, { role: group.replace(':', '-'), idle })];
  });
  const hasSecrets = accessRules('otlp-medic:readers', target).some(({ need }) => need === 'opt-in');
  const secrets = 'error' in readers ? notChecked('secrets', 'see permissions') : checkSecrets(readers, hasSecrets);
  return [...permissions, secrets];
}

/** Everything about one target's cluster; nothing is written there. */
export async function examineCluster(
  { clusters, config, target }: { clusters: Clusters; config: MedicConfig; target: Target },
  options: CallOptions,
): Promise<Examined> {
  const title = `Cluster of target "${target.name}", namespace ${target.namespace}`;
  const credentials = await checkAwsCredentials(target);
  const before = credentials ? [credentials] : [];
  if (credentials?.outcome === 'fail') {
    const checks = [...before, notChecked('cluster', 'not asked without credentials')];
    return { section: { title, checks }, examined: false };
  }
  const { cluster, checks: reached } = await reach(clusters, target, options);
  if (!cluster) {
    const rest = notChecked('permissions', 'not asked: the cluster is out of reach; nor metrics, secrets and objects');
    return { section: { title, checks: [...before, ...reached, rest] }, examined: false };
  }
  const [rights, metrics, objects] = await Promise.all([
    checkRights(cluster, target, config, options),
    checkMetrics(cluster, target.namespace, options),
    checkObjects(cluster, target, options),
  ]);
  return { section: { title, checks: [...before, ...reached, ...rights, metrics, ...objects] }, examined: true };
}
