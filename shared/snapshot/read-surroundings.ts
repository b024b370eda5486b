import { CLUSTER_DNS } from '#shared/domain/cluster-dns.ts';
import type { KubeObject } from '#shared/domain/kubernetes.ts';
import type { ResourceName, SnapshotObjects } from '#shared/domain/snapshot.ts';
import type { ListQuery } from '#shared/ports/cluster.ts';
import { RESOURCES } from '#shared/ports/resources.ts';
import { emptyObjects } from './empty.ts';
import type { Reading } from './read-objects.ts';
import { trim } from './trim.ts';

/** More webhooks than this in a cluster are a list of their own. */
const MOST_WEBHOOKS = 8;

/** The network plugin of EKS says in its arguments whether it enforces NetworkPolicies. */
const EKS_PLUGIN = 'k8s-app=aws-node';

/**
 * What every namespace leans on and lives elsewhere: the cluster DNS, the Services that admission webhooks call, and on
 * EKS the network plugin where there are policies.
 */
export async function readSurroundings(
  reading: Reading,
  { validatingwebhookconfigurations, mutatingwebhookconfigurations, networkpolicies }: SnapshotObjects,
  { namespaces, version = '' }: { namespaces: string[]; version?: string | undefined },
): Promise<SnapshotObjects> {
  const objects = emptyObjects();
  const read = async (check: string, resource: ResourceName, namespace: string, query: ListQuery, name?: string) => {
    const list = await reading.reader.read<KubeObject[]>(
      check,
      (options) =>
        reading.cluster.list(
          RESOURCES[resource],
          { ...query, namespace, trim: (item) => trim(resource, item) },
          options,
        ),
      { otherwise: [] },
    );
    const own = name === undefined ? list : list.filter(({ metadata }) => metadata.name === name);
    (objects[resource] as KubeObject[]).push(...own);
  };
  const readSlices = (check: string, namespace: string, service: string) =>
    read(check, 'endpointslices', namespace, { labelSelector: `kubernetes.io/service-name=${service}` });

  const reads: Promise<void>[] = [];
  const { namespace: system, service, labelSelector } = CLUSTER_DNS;
  if (!namespaces.includes(system)) {
    const check = `cluster DNS (${system})`;
    for (const resource of ['services', 'deployments', 'pods'] as const)
      reads.push(read(check, resource, system, { labelSelector }));
    reads.push(readSlices(check, system, service));
  }
  if (!namespaces.includes(system) && version.includes('eks') && networkpolicies.length > 0) {
    const check = `network plugin (${system})`;
    reads.push(read(check, 'daemonsets', system, { labelSelector: EKS_PLUGIN }));
  }
  const called = [...validatingwebhookconfigurations, ...mutatingwebhookconfigurations]
    .flatMap(({ webhooks = [] }) => webhooks)
    .flatMap(({ failurePolicy = 'Fail', clientConfig }) =>
      failurePolicy === 'Fail' && clientConfig?.service ? [clientConfig.service] : [],
    );
  const services = new Map(called.map((service) => [`${service.namespace}/${service.name}`, service]));
  for (const [key, { namespace, name }] of [...services].slice(0, MOST_WEBHOOKS)) {
    if (namespaces.includes(namespace)) continue;
    const check = `webhook service ${key}`;
    reads.push(read(check, 'services', namespace, { fieldSelector: `metadata.name=${name}` }, name));
    reads.push(readSlices(check, namespace, name));
  }
  await Promise.all(reads);
  return objects;
}
