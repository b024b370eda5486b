import type { Code } from '../catalogue.ts';
import { type Lack, lackOf } from '../lack.ts';
import { keyOf, type Ref, type WorkloadView } from '../model.ts';
import type { Reference } from '../references.ts';
import { called, evidence, kubectl, type Rule, type Sighting } from '../rule.ts';
import type { ClusterView } from '../view.ts';

/** References of the pod templates to a ConfigMap, Secret or key that is not there and not optional. */
export const rule: Rule = (view) =>
  view.workloads.flatMap((workload) =>
    view
      .references(workload)
      .filter(({ optional }) => !optional)
      .flatMap((reference) => {
        const at: Ref = { kind: reference.kind, namespace: workload.ref.namespace, name: reference.name };
        const lack = lackOf(view, at, reference.key);
        return lack ? [missing(view, workload, at, reference, lack)] : [];
      }),
  );

const CODES: Record<Reference['kind'], Record<Lack, Code>> = {
  ConfigMap: { object: 'configmap-missing', key: 'configmap-key-missing' },
  Secret: { object: 'secret-missing', key: 'secret-key-missing' },
};

function missing(view: ClusterView, workload: WorkloadView, at: Ref, reference: Reference, lack: Lack): Sighting {
  const { kind, key, path } = reference;
  const users = view.users(at).map(({ ref }) => called(ref));
  return {
    code: CODES[kind][lack],
    at,
    // Running containers go on without it; whatever starts anew does not.
    severity: workload.available > 0 ? 'P2' : workload.named ? 'P0' : 'P1',
    title: lack === 'key' ? `${called(at)} has no key ${key}` : `${called(at)} does not exist`,
    cause: `${users.join(', ')} ${users.length === 1 ? 'refers' : 'refer'} to it; no new container can start without it.`,
    evidence: [
      evidence(workload.ref, `spec.template.${path}`, key === undefined ? at.name : `${at.name}: ${key}`),
      evidence(keyOf(at), lack === 'key' ? 'data' : 'metadata.name', lack === 'key' ? `no key ${key}` : 'not found'),
    ],
    commands: [kubectl(at, lack === 'key' ? `describe ${called(at)}` : `get ${kind.toLowerCase()}s`)],
  };
}
