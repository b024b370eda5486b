import type { Diagnosis, NamespaceVerdict, Verdict } from '#shared/domain/diagnosis.ts';
import type { Finding } from '#shared/domain/finding.ts';
import { mostTelling } from './logs-seen.ts';

/** One namespace that was diagnosed by itself. */
export interface Part {
  namespace: string;
  diagnosis: Diagnosis;
}

const WORST: Verdict[] = ['failed', 'degraded', 'unknown', 'healthy'];

/**
 * One Diagnosis of many namespaces: the worst verdict, every finding once, in the order of severity. A Collector that
 * several namespaces send to is in each of their diagnoses; a fault of it that one of them calls a root is no root where
 * another knows its cause.
 */
export function combine(
  parts: Part[],
  whole: Pick<Diagnosis, 'target' | 'at' | 'durationMs' | 'snapshot'>,
  skipped: Diagnosis['coverage']['notChecked'] = [],
): Diagnosis {
  const sorted = parts.toSorted(
    (a, b) => rankOf(a) - rankOf(b) || severityOf(a) - severityOf(b) || a.namespace.localeCompare(b.namespace),
  );
  const findings = onceEach(sorted.flatMap(({ diagnosis }) => diagnosis.findings));
  const explained = new Set(findings.flatMap(({ explainedBy, fingerprint }) => (explainedBy ? [fingerprint] : [])));
  const rootCauses = onceEach(sorted.flatMap(({ diagnosis }) => diagnosis.rootCauses))
    .filter(({ fingerprint }) => !explained.has(fingerprint))
    .toSorted((a, b) => a.severity.localeCompare(b.severity));
  const [first] = rootCauses;
  const holder = sorted.find(({ diagnosis }) =>
    first ? diagnosis.rootCauses[0]?.fingerprint === first.fingerprint : diagnosis.action.class !== 'none',
  );
  const logs = mostTelling(sorted.flatMap(({ diagnosis }) => diagnosis.logs ?? []));
  return {
    schemaVersion: 1,
    ...whole,
    verdict: sorted[0]?.diagnosis.verdict ?? 'unknown',
    ...(first ? { layer: first.layer } : {}),
    rootCauses,
    findings,
    ignored: onceEach(
      sorted.flatMap(({ diagnosis }) => diagnosis.ignored),
      ({ finding }) => finding.fingerprint,
    ),
    action: holder?.diagnosis.action ?? { class: 'none', reason: 'nothing fails' },
    coverage: coverageOf(sorted, skipped),
    ...(logs.length > 0 && { logs }),
    namespaces: sorted.map(verdictOf),
  };
}

const rankOf = ({ diagnosis }: Part) => WORST.indexOf(diagnosis.verdict);
const severityOf = ({ diagnosis }: Part) => Number(diagnosis.rootCauses[0]?.severity.slice(1) ?? 9);

/** The one that knows its cause stands for all. */
function onceEach<T extends object>(all: T[], idOf = (one: T) => (one as unknown as Finding).fingerprint): T[] {
  const found = new Map<string, T>();
  for (const one of all) {
    const known = found.get(idOf(one));
    if (!known || (!('explainedBy' in known) && 'explainedBy' in one)) found.set(idOf(one), one);
  }
  return [...found.values()];
}

const verdictOf = ({ namespace, diagnosis }: Part): NamespaceVerdict => ({
  namespace,
  verdict: diagnosis.verdict,
  rootCauses: diagnosis.rootCauses.map(({ code }) => code),
  snapshot: diagnosis.snapshot,
});

/** A gap that all share is one of the cluster; the others carry the name of their namespace. */
function coverageOf(parts: Part[], skipped: Diagnosis['coverage']['notChecked']): Diagnosis['coverage'] {
  const gaps = parts.flatMap(({ namespace, diagnosis }) =>
    diagnosis.coverage.notChecked.map((gap) => ({ ...gap, namespace })),
  );
  const notChecked = [...Map.groupBy(gaps, ({ check, why }) => `${check}\n${why}`).values()].flatMap((same) => {
    const [one] = same;
    if (!one) return [];
    const { check, why } = one;
    if (same.length === parts.length && parts.length > 1) return [{ check, why }];
    return same.map(({ namespace }) => ({ check: check.includes('(') ? check : `${check} (${namespace})`, why }));
  });
  const checked = parts.flatMap(({ namespace, diagnosis }) =>
    diagnosis.coverage.checked.map((check) => (check.includes('(') ? check : `${check} (${namespace})`)),
  );
  return { checked: [...new Set(checked)], notChecked: [...notChecked, ...skipped] };
}
