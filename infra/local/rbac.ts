import { stringify } from 'yaml';
import { type AccessRule, accessRules, type KubernetesGroup } from '#shared/domain/kubernetes-access.ts';
import type { Target } from '#shared/domain/target.ts';

const GROUPS: readonly KubernetesGroup[] = ['otlp-medic:readers', 'otlp-medic:actors', 'otlp-medic:probers'];
const RBAC = 'rbac.authorization.k8s.io';

const isNamed = ({ verbs, names }: AccessRule) => names !== undefined || !verbs.includes('patch');

const rbacRule = ({ apiGroup, resources, verbs, names }: AccessRule) => ({
  apiGroups: [apiGroup],
  resources: [...resources],
  verbs: [...verbs],
  ...(names && { resourceNames: [...names] }),
});

/** A role with these rules, and its binding to the group; without a namespace for the whole cluster. */
function grant(group: KubernetesGroup, target: Target, namespace: string | undefined, rules: readonly AccessRule[]) {
  const prefix = namespace === undefined ? 'Cluster' : '';
  const metadata = {
    name: `${group}:${target.name}`,
    ...(namespace !== undefined && { namespace }),
    labels: { 'app.kubernetes.io/managed-by': 'otlp-medic' },
  };
  const apiVersion = `${RBAC}/v1`;
  return [
    { apiVersion, kind: `${prefix}Role`, metadata, rules: rules.map(rbacRule) },
    {
      apiVersion,
      kind: `${prefix}RoleBinding`,
      metadata,
      subjects: [{ apiGroup: RBAC, kind: 'Group', name: group }],
      roleRef: { apiGroup: RBAC, kind: `${prefix}Role`, name: metadata.name },
    },
  ];
}

/**
 * The RBAC of a target for the groups that the access entries put the functions' roles into, as YAML for kubectl. Never
 * exec; `secrets` adds reading the Secrets that the target names, since RBAC cannot allow their metadata alone.
 */
export function rbacManifest(target: Target, { secrets = false } = {}): string {
  const wanted = (rule: AccessRule) => isNamed(rule) && (secrets || rule.need !== 'opt-in');
  const objects = GROUPS.flatMap((group) => {
    const place = ({ scope, namespace = target.namespace }: AccessRule) =>
      scope === 'cluster' ? undefined : namespace;
    const byPlace = Map.groupBy(accessRules(group, target).filter(wanted), place);
    return [...byPlace]
      .toSorted(([a = ''], [b = '']) => (a === b ? 0 : a < b ? -1 : 1))
      .flatMap(([namespace, rules]) => grant(group, target, namespace, rules));
  });
  const notes = [
    `# What otlp-medic may do for target ${target.name}: look at namespace ${target.namespace}, restart what is named.`,
    ...(target.workloads === 'all' && target.actions.includes('restart')
      ? ['# The target names no workloads, so none may be restarted: name them in medic.config.ts.']
      : []),
    ...(target.otlp.some(({ vantage }) => vantage === 'apiserver')
      ? [
          '# Probers may reach the named ports through the API server, past every NetworkPolicy: take the role',
          '# otlp-medic:probers out, and those endpoints are "not checked".',
        ]
      : []),
  ];
  return `${notes.join('\n')}\n${objects.map((object) => stringify(object, { aliasDuplicateObjects: false })).join('---\n')}`;
}
