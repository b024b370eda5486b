import type { Diagnosis } from '#shared/domain/diagnosis.ts';
import type { Finding } from '#shared/domain/finding.ts';

export interface Link {
  finding: Finding;
  /** how many more findings of the same code and owner stand behind this one: three pods of one Deployment */
  alike: number;
  effects: Link[];
}

export interface CausalChain {
  roots: Link[];
  /** findings that were left out to keep it readable */
  omitted: number;
}

// A picture with more boxes, or deeper, is not read.
const MAX_LINKS = 20;
const MAX_DEPTH = 8;

const kind = ({ code, owner, subject }: Finding) => {
  const { kind, namespace, name } = owner ?? subject;
  return [code, kind, namespace, name].join('\n');
};

/** Each root cause with what it explains, what that explains, and so on. A finding appears once. */
export function causalChain({ rootCauses, findings }: Pick<Diagnosis, 'rootCauses' | 'findings'>): CausalChain {
  const explained = Map.groupBy(findings, ({ explainedBy }) => explainedBy);
  const seen = new Set(rootCauses.map(({ fingerprint }) => fingerprint));
  let drawn = 0;
  let omitted = 0;

  const link = (group: readonly Finding[], depth: number): Link[] => {
    const [finding] = group;
    if (!finding) return [];
    if (drawn >= MAX_LINKS || depth > MAX_DEPTH) {
      omitted += group.length;
      return [];
    }
    drawn++;
    const next = group.flatMap(({ fingerprint }) => explained.get(fingerprint) ?? []);
    const fresh = next.filter(({ fingerprint }) => !seen.has(fingerprint));
    for (const { fingerprint } of fresh) seen.add(fingerprint);
    const effects = [...Map.groupBy(fresh, kind).values()].flatMap((one) => link(one, depth + 1));
    return [{ finding, alike: group.length - 1, effects }];
  };

  const roots = rootCauses.flatMap((root) => link([root], 1));
  return { roots, omitted };
}

/** Findings outside the chain: risks, advice, and what nothing explains. */
export function standaloneFindings({ rootCauses, findings }: Pick<Diagnosis, 'rootCauses' | 'findings'>): Finding[] {
  const inside = new Set(rootCauses.map(({ fingerprint }) => fingerprint));
  for (let grown = true; grown; ) {
    const size = inside.size;
    for (const { fingerprint, explainedBy } of findings)
      if (explainedBy && inside.has(explainedBy)) inside.add(fingerprint);
    grown = inside.size > size;
  }
  return findings.filter(({ fingerprint }) => !inside.has(fingerprint));
}
