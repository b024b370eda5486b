import { ownerOf, ROLLED } from '#shared/actions/workload-ref.ts';
import { expectedObjects, type Target, type WorkloadRef } from '#shared/domain/target.ts';
import { type CallOptions, type Cluster, ClusterError, type Resource } from '#shared/ports/cluster.ts';
import { RESOURCES } from '#shared/ports/resources.ts';
import { type Check, fail, notChecked, pass, warn } from './check.ts';
import { explained } from './explained.ts';

interface Expected {
  /** kubectl's: deployment/otlp-app */
  ref: string;
  resource: Resource;
  name: string;
  /** the setting that names it; absent = nobody wrote it down, it is the guide's default */
  setting?: string | undefined;
}

type Look = { cluster: Cluster; target: Target; options: CallOptions };

function workload(ref: WorkloadRef, setting?: string): Expected {
  const { kind, name } = ownerOf(ref, '');
  return { ref, resource: RESOURCES[ROLLED[kind]], name, setting };
}

/** Secrets are not among them: to ask for one by name is a right of its own. */
function expectedOf(target: Target): Expected[] {
  const { service, configMaps = [], collector } = expectedObjects(target);
  const one = (kind: string, plural: 'services' | 'configmaps', name: string, setting: string | false): Expected => ({
    ref: `${kind}/${name}`,
    resource: RESOURCES[plural],
    name,
    ...(setting && { setting }),
  });
  const ofCollector = target.collector && 'collector';
  const workloads = target.workloads === 'all' ? [] : target.workloads;
  return [
    ...workloads.map((ref) => workload(ref, 'workloads')),
    ...(service ? [one('service', 'services', service, target.service !== undefined && 'service')] : []),
    ...configMaps.map((name) => one('configmap', 'configmaps', name, target.configMaps !== undefined && 'configMaps')),
    ...(collector
      ? [
          workload(collector.workload, ofCollector && 'collector.workload'),
          one('service', 'services', collector.service, ofCollector ? 'collector.service' : false),
        ]
      : []),
  ];
}

/** Asked as a list, which is what the functions may do: a right to get it by name is not needed. */
async function checkObject({ ref, resource, name, setting }: Expected, look: Look): Promise<Check> {
  const { cluster, target, options } = look;
  const { namespace } = target;
  const query = { namespace, fieldSelector: `metadata.name=${name}`, metadataOnly: true };
  const called = `object: ${ref}`;
  const found = await cluster.list(resource, query, options);
  if (found.length > 0) return pass(called, `exists in ${namespace}`);
  const fix = `create it, or name yours in medic.config.ts: targets[${target.name}].${setting}`;
  if (setting)
    return fail(called, `does not exist in ${namespace}`, {
      fix,
      commands: [`kubectl -n ${namespace} get ${resource.plural}`],
    });
  return notChecked(called, `not in ${namespace}, and only the guide's name for it: the configuration names none`);
}

async function anyWorkload({ cluster, target: { namespace }, options }: Look): Promise<Check> {
  const kinds = await Promise.all(
    Object.values(ROLLED).map((plural) => cluster.list(RESOURCES[plural], { namespace, metadataOnly: true }, options)),
  );
  const count = kinds.flat().length;
  if (count > 0) return pass('objects', `${namespace} has ${count} workloads`);
  const fix = 'name another namespace with --namespace';
  return warn('objects', `${namespace} has no Deployment, StatefulSet or DaemonSet`, { fix });
}

async function checkNamespace({ cluster, target: { namespace }, options }: Look): Promise<Check> {
  const name = `object: namespace/${namespace}`;
  const found = await cluster.get(RESOURCES.namespaces, { name: namespace, metadataOnly: true }, options);
  const commands = ['kubectl get namespaces'];
  if (!found)
    return fail(name, 'does not exist', { fix: 'create it, or correct the namespace of the target', commands });
  if (!found.metadata.deletionTimestamp) return pass(name, 'exists');
  return fail(name, 'is being deleted', { fix: 'wait until it is gone, then create it again', commands });
}

/** What may not be read is told with the rights; here it is only unknown. */
async function unlessRefused(name: string, check: Promise<Check>): Promise<Check> {
  try {
    return await check;
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    return notChecked(name, explained(error).detail);
  }
}

/** The namespace, and in it what the configuration says must be there. */
export async function checkObjects(cluster: Cluster, target: Target, options: CallOptions): Promise<Check[]> {
  const look = { cluster, target, options };
  const namespace = await unlessRefused(`object: namespace/${target.namespace}`, checkNamespace(look));
  if (namespace.outcome === 'fail') return [namespace];
  const expected = expectedOf(target);
  const objects = expected.map((one) => unlessRefused(`object: ${one.ref}`, checkObject(one, look)));
  if (target.workloads === 'all') objects.unshift(unlessRefused('objects', anyWorkload(look)));
  return [namespace, ...(await Promise.all(objects))];
}
