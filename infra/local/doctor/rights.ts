import type { AccessRule } from '#shared/domain/kubernetes-access.ts';
import type { AccessReview } from '#shared/ports/cluster.ts';

/** One verb on one resource: what a SelfSubjectAccessReview can ask for. */
export interface Right {
  rule: AccessRule;
  verb: string;
  /** with its subresource: `pods/log` */
  resource: string;
  namespace?: string;
  name?: string;
}

/** All that the rules come to for a target's namespace. */
export const rightsIn = (rules: readonly AccessRule[], namespace: string): Right[] =>
  rules.flatMap((rule) =>
    rule.resources.flatMap((resource) =>
      rule.verbs.flatMap((verb) =>
        // a list has no name to be allowed by
        (rule.names && verb !== 'list' ? rule.names : [undefined]).map((name) => ({
          rule,
          verb,
          resource,
          ...(rule.scope === 'namespace' && { namespace: rule.namespace ?? namespace }),
          ...(name !== undefined && { name }),
        })),
      ),
    ),
  );

export function reviewOf({ rule, verb, resource, namespace, name }: Right): AccessReview {
  const [plural = '', subresource] = resource.split('/');
  return {
    verb,
    resource: plural,
    ...(rule.apiGroup && { group: rule.apiGroup }),
    ...(subresource && { subresource }),
    ...(namespace && { namespace }),
    ...(name && { name }),
  };
}

/** As kubectl writes it: `deployments.apps`, `pods/log`. */
function resourceText({ rule, resource }: Pick<Right, 'rule' | 'resource'>): string {
  const [plural = '', subresource] = resource.split('/');
  return `${plural}${rule.apiGroup && `.${rule.apiGroup}`}${subresource ? `/${subresource}` : ''}`;
}

const within = ({ namespace }: Right) => (namespace === undefined ? '' : ` -n ${namespace}`);

/** The question in kubectl's words. */
export function canIText(right: Right): string {
  const [plural = '', subresource] = resourceText(right).split('/');
  const object = right.name === undefined ? plural : `${plural}/${right.name}`;
  return `kubectl auth can-i ${right.verb} ${object}${subresource ? ` --subresource=${subresource}` : ''}${within(right)}`;
}

const groupBy = <T>(all: readonly T[], key: (one: T) => string): T[][] =>
  Object.values(Object.groupBy(all, key)) as T[][];

/** In a person's words: `list pods, services in shop; list nodes`. */
export function rightsText(rights: readonly Right[]): string {
  const same = groupBy(rights, ({ verb, namespace }) => `${verb} ${namespace}`);
  return same
    .map((group) => {
      const objects = group.map((right) => `${resourceText(right)}${right.name === undefined ? '' : `/${right.name}`}`);
      const [{ verb, namespace } = { verb: '', namespace: undefined }] = group;
      return `${verb} ${objects.join(', ')}${namespace === undefined ? '' : ` in ${namespace}`}`;
    })
    .join('; ');
}

/** The commands that make Roles of the rights, all of one verb and the same names in one. */
export function grantCommands(role: string, rights: readonly Right[]): string[] {
  const byObjects = groupBy(rights, ({ rule, resource, namespace, name }) =>
    JSON.stringify([resourceText({ rule, resource }), namespace, name]),
  );
  const rows = byObjects.map((group) => ({ right: group[0] as Right, verbs: group.map(({ verb }) => verb).sort() }));
  const roles = groupBy(rows, ({ right, verbs }) => JSON.stringify([verbs, right.namespace, right.name]));
  return roles.map((group, index) => {
    const [{ right, verbs } = { right: undefined, verbs: [] }] = group;
    const name = `${role}${roles.length > 1 ? `-${index + 1}` : ''}`;
    const kind = right?.namespace === undefined ? 'clusterrole' : 'role';
    const resources = group.map((row) => resourceText(row.right));
    const named = right?.name === undefined ? '' : ` --resource-name=${right.name}`;
    return `kubectl create ${kind} ${name}${right ? within(right) : ''} --verb=${verbs.join(',')} --resource=${resources.join(',')}${named}`;
  });
}
