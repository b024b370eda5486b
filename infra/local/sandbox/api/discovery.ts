import { groupVersionOf, METRICS_GROUP, SERVED_KINDS, type ServedKind } from './served-kinds.ts';

/** What kubectl asks before anything else: which groups, versions and kinds there are. */
export function discovery(path: string): object | undefined {
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups() };
  const groupVersion = /^\/(?:api|apis)\/(.+)$/.exec(path)?.[1];
  if (groupVersion === `${METRICS_GROUP}/v1beta1`) return resourceList(groupVersion, [POD_METRICS]);
  const served = SERVED_KINDS.filter((kind) => groupVersionOf(kind) === groupVersion);
  return groupVersion !== undefined && served.length > 0 ? resourceList(groupVersion, served.map(describe)) : undefined;
}

const POD_METRICS = { name: 'pods', singularName: '', namespaced: true, kind: 'PodMetrics', verbs: ['get', 'list'] };

const describe = ({ plural, kind, namespaced, shortNames }: ServedKind) => ({
  name: plural,
  singularName: kind.toLowerCase(),
  namespaced,
  kind,
  verbs: ['get', 'list', 'patch'],
  ...(shortNames.length > 0 ? { shortNames } : {}),
});

const resourceList = (groupVersion: string, resources: object[]) => ({
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion,
  resources,
});

function groups(): object[] {
  const versions = new Map(SERVED_KINDS.filter(({ group }) => group).map(({ group, version }) => [group, version]));
  versions.set(METRICS_GROUP, 'v1beta1');
  return [...versions].map(([name, version]) => {
    const preferredVersion = { groupVersion: `${name}/${version}`, version };
    return { name, versions: [preferredVersion], preferredVersion };
  });
}
