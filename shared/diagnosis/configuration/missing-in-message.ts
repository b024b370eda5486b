import type { KubeEvent } from '#shared/domain/kubernetes-event.ts';
import type { Code } from '../catalogue.ts';
import { isHeldBack } from '../claims.ts';
import { notReadySince } from '../container-state.ts';
import type { PodView, Ref } from '../model.ts';
import { called, evidence, kubectl, type Rule, type Sighting } from '../rule.ts';
import type { ClusterView } from '../view.ts';

/** The kubelet's words: CreateContainerConfigError and FailedMount. */
const WORDS: { code: Code; kind: 'ConfigMap' | 'Secret'; words: RegExp }[] = [
  { code: 'configmap-missing', kind: 'ConfigMap', words: /configmaps? "([^"]+)" not found/ },
  { code: 'secret-missing', kind: 'Secret', words: /secrets? "([^"]+)" not found/ },
  { code: 'configmap-key-missing', kind: 'ConfigMap', words: /couldn't find key (\S+) in ConfigMap [^/\s]+\/(\S+)/ },
  { code: 'secret-key-missing', kind: 'Secret', words: /couldn't find key (\S+) in Secret [^/\s]+\/(\S+)/ },
  { code: 'configmap-key-missing', kind: 'ConfigMap', words: /references non-existent config key: (\S+)/ },
  { code: 'secret-key-missing', kind: 'Secret', words: /references non-existent secret key: (\S+)/ },
];

/** A message that names a missing ConfigMap, Secret or key: other rules about the same set-up leave it to this one. */
export const namesMissing = (message: string): boolean => WORDS.some(({ words }) => words.test(message));

/** A container or volume that cannot be set up, because the kubelet says that something it needs is not there. */
export const rule: Rule = (view) =>
  view.unready.flatMap((pod) => [
    ...pod.containers.flatMap(({ status, statusPath }) => {
      const waiting = status?.state?.waiting;
      if (waiting?.reason !== 'CreateContainerConfigError') return [];
      return named(view, pod, waiting.message ?? '', `${statusPath}.state.waiting.message`);
    }),
    // What else a mount can fail for: storage/volume-setup.
    ...failedMounts(view, pod).flatMap(({ message = '', lastTimestamp }) =>
      named(view, pod, message, 'event FailedMount', lastTimestamp),
    ),
  ]);

/** Only while the pod waits for its volumes does a failed mount hold it back. */
function failedMounts(view: ClusterView, pod: PodView): KubeEvent[] {
  if (!isHeldBack(pod)) return [];
  return view.events.of(pod.ref, pod.object.metadata.uid, { reason: 'FailedMount' }).slice(0, 3);
}

function named(view: ClusterView, pod: PodView, message: string, path: string, time?: string | null): Sighting[] {
  for (const { code, kind, words } of WORDS) {
    const [, first = '', second] = words.exec(message) ?? [];
    if (!first) continue;
    const name = code.endsWith('key-missing') ? (second ?? holderOf(view, pod, kind, first)) : first;
    if (!name) continue;
    const at: Ref = { kind, namespace: pod.ref.namespace, name };
    return [
      {
        code,
        at,
        pod,
        severity: (pod.workload?.available ?? 0) > 0 ? 'P2' : pod.workload?.named ? 'P0' : 'P1',
        title: code.endsWith('key-missing') ? `${called(at)} has no key ${first}` : `${called(at)} does not exist`,
        cause: `${called(pod.workload?.ref ?? pod.ref)} refers to it; no new container can start without it.`,
        evidence: [evidence(pod.ref, path, message, time)],
        since: notReadySince(pod),
        commands: [kubectl(at, `get ${kind.toLowerCase()}s`), kubectl(pod.ref, `describe ${called(pod.ref)}`)],
      },
    ];
  }
  return [];
}

/** The kubelet names the key but not the object: whichever volume of the pod asks for that key. */
const holderOf = (view: ClusterView, { workload }: PodView, kind: string, key: string): string | undefined =>
  workload && view.references(workload).find((one) => one.kind === kind && one.key === key)?.name;
