import type { ConfigFact } from '#shared/domain/snapshot.ts';
import { changedAt } from '../changes.ts';
import { millis, type WorkloadView } from '../model.ts';
import { evidence, kubectl, type Rule } from '../rule.ts';

const CODES = { yaml: 'config-yaml-invalid', toml: 'config-toml-invalid', json: 'config-json-invalid' } as const;

/**
 * A data key that says by its name how it is to be read and does not parse. Pods that started after the change and are
 * well do not mind: then it is advice.
 */
export const rule: Rule = (view) =>
  view.snapshot.configFacts.flatMap((fact) => {
    const { error, format, namespace, configMap: name, key, line, column } = fact;
    const at = { kind: 'ConfigMap', namespace, name };
    const users = view.users(at).filter((user) => view.workloads.includes(user));
    if (error === undefined || users.length === 0) return [];
    const changed = changedAt(view.configMap(namespace, name));
    const minded = users.some((user) => minds(user, changed));
    const down = users.find(({ available, desired }) => available === 0 && desired > 0);
    return [
      {
        code: CODES[format],
        at,
        severity: minded
          ? down
            ? down.named
              ? ('P0' as const)
              : ('P1' as const)
            : ('P2' as const)
          : ('P3' as const),
        title: `${key} of configmap ${name} is no valid ${format.toUpperCase()}`,
        cause: place(fact),
        evidence: [
          evidence(
            at,
            `data["${key}"]${line ? ` line ${line}${column ? `, column ${column}` : ''}` : ''}`,
            error,
            isoOf(changed),
          ),
        ],
        since: changed,
        commands: [kubectl(at, `get configmap ${name} -o yaml`), kubectl(at, `edit configmap ${name}`)],
      },
    ];
  });

const place = ({ error, line, column }: ConfigFact) =>
  line ? `Line ${line}${column ? `, column ${column}` : ''}: ${error}` : (error ?? '');

const isoOf = (time: number | undefined) => (time === undefined ? undefined : new Date(time).toISOString());

/** Some pod is not well, or none has had to read the file as it is now. */
function minds({ pods, desired, available }: WorkloadView, changed = 0): boolean {
  if (available < desired) return true;
  return !pods.some(({ object }) => (millis(object.status?.startTime) ?? 0) > changed);
}
