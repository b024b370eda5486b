import { ApiError } from './status.ts';

/** What RBAC calls the methods that change something. */
export const WRITE_VERBS: Readonly<Record<string, string>> = {
  ...{ PATCH: 'patch', DELETE: 'delete', POST: 'create', PUT: 'update' },
};

/** What a user may do; a namespace that is left out means everywhere. */
export interface Grant {
  verbs: readonly string[];
  group?: string;
  /** plural name, with its subresource: pods, pods/log */
  resource: string;
  namespace?: string;
}

/** A caller with limits. Who sends no token at all may do everything. */
export interface User {
  name: string;
  token: string;
  grants: readonly Grant[];
}

export interface Attributes {
  verb: string;
  group: string;
  /** with its subresource */
  resource: string;
  namespace?: string | undefined;
  name?: string | undefined;
}

/** The user behind an Authorization header; undefined = the administrator. Throws ApiError 401. */
export function authenticate(users: readonly User[], header: string | undefined): User | undefined {
  if (header === undefined) return undefined;
  const found = users.find(({ token }) => header === `Bearer ${token}`);
  if (!found) throw new ApiError(401, 'Unauthorized', 'Unauthorized');
  return found;
}

export function isAllowed(user: User | undefined, wanted: Attributes): boolean {
  if (!user) return true;
  return user.grants.some(
    ({ verbs, group = '', resource, namespace }) =>
      verbs.includes(wanted.verb) &&
      group === wanted.group &&
      resource === wanted.resource &&
      (namespace === undefined || namespace === wanted.namespace),
  );
}

/** Throws ApiError 403 in the words of RBAC. */
export function authorize(user: User | undefined, wanted: Attributes): void {
  if (!user || isAllowed(user, wanted)) return;
  const { verb, group, resource, namespace, name } = wanted;
  const [plural = ''] = resource.split('/');
  const object = `${group === '' ? plural : `${plural}.${group}`}${name ? ` "${name}"` : ''}`;
  const where = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope';
  const message = `${object} is forbidden: User "${user.name}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`;
  const details = { ...(name ? { name } : {}), ...(group ? { group } : {}), kind: plural };
  throw new ApiError(403, 'Forbidden', message, details);
}
