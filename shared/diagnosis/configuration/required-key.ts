import { collectorsOf } from '../collector.ts';
import { endOf } from '../container-state.ts';
import { variablesOf } from '../endpoints.ts';
import { HINTS, LACKING } from '../lacking-messages.ts';
import { presentRecords, quoted } from '../log-records.ts';
import type { ContainerView } from '../model.ts';
import { evidence, inContainer, inWorkload, kubectl, ownerName, type Rule, type Sighting } from '../rule.ts';
import type { ClusterView } from '../view.ts';

/** A container that ends because, as it says itself, a variable or setting that it must have is not there. */
export const rule: Rule = (view) => {
  const collectors = new Set(collectorsOf(view));
  return view.disturbed.flatMap((container): Sighting[] => {
    const { pod, name } = container;
    const { workload } = pod;
    const end = endOf(view, container);
    // A Collector says it in words of its own.
    if (!end || end.end.exitCode === 0 || (workload && collectors.has(workload))) return [];
    const lack = lackOf(view, container);
    if (!lack) return [];
    const { key, line } = lack;
    const source = key === undefined ? undefined : sourceOf(container, key);
    if (key !== undefined && isSet(view, container, key)) return [];
    return [
      {
        code: 'config-required-key-missing',
        ...(workload ? inWorkload(workload) : inContainer(container)),
        container: name,
        confidence: 'likely',
        title: `container ${name} of ${ownerName(container)} lacks ${key ?? 'a variable that it must have'}`,
        cause: `It says: ${line.slice(0, 300)}${source ? ` The variable is there, and comes from ${source.from}: what it has there is empty.` : ''}`,
        evidence: [
          evidence(pod.ref, `log of ${name}`, line),
          evidence(pod.ref, `${end.path}.exitCode`, end.end.exitCode, end.end.finishedAt),
          ...(source ? [evidence(pod.ref, source.path, source.from)] : []),
        ],
        commands: [
          kubectl(pod.ref, `logs ${pod.ref.name} -c ${name} --previous`),
          ...(workload
            ? [kubectl(workload.ref, `set env ${workload.ref.kind.toLowerCase()}/${workload.ref.name} --list`)]
            : []),
        ],
      },
    ];
  });
};

/** In the words of the run that ended; the last ones count. What has no head may be more of the record before it. */
function lackOf(view: ClusterView, container: ContainerView): { key?: string; line: string } | undefined {
  const records = presentRecords(view, container, true).filter(({ level }) => level !== 'info' && level !== 'debug');
  for (const [index, record] of [...records.entries()].toReversed()) {
    const next = records[index + 1];
    const more = next && next.level === undefined && next.crash === undefined ? `\n${next.text}` : '';
    if (!HINTS.test(record.text)) continue;
    for (const words of LACKING) {
      const alone = words.exec(record.text);
      const found = alone ?? words.exec(record.text + more);
      if (!found) continue;
      const text = alone ? (record.crash ?? record.text) : record.text + more;
      return { line: quoted({ text }), ...(found[1] !== undefined && { key: found[1] }) };
    }
  }
  return undefined;
}

/** It has a value, so something else is meant: another process, another reader. */
function isSet(view: ClusterView, { pod, name }: ContainerView, key: string): boolean {
  const { workload } = pod;
  const index = workload?.template.containers?.findIndex((one) => one.name === name) ?? -1;
  const spec = workload?.template.containers?.[index];
  return Boolean(workload && spec && variablesOf(workload, spec, index, view.configMap).get(key)?.value);
}

/** Where the variable is to come from, if the container names that. */
function sourceOf({ spec, specPath }: ContainerView, key: string): { from: string; path: string } | undefined {
  const index = spec?.env?.findIndex(({ name }) => name === key) ?? -1;
  const { secretKeyRef, configMapKeyRef } = spec?.env?.[index]?.valueFrom ?? {};
  if (secretKeyRef)
    return { from: `key ${secretKeyRef.key} of secret ${secretKeyRef.name}`, path: `${specPath}.env[${index}]` };
  if (configMapKeyRef)
    return {
      from: `key ${configMapKeyRef.key} of configmap ${configMapKeyRef.name}`,
      path: `${specPath}.env[${index}]`,
    };
  return undefined;
}
