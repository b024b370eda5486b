import type { Evidence } from '#shared/domain/finding.ts';
import { utc } from './words.ts';

export interface Seen {
  path: string;
  value: string;
  /** every object that shows it, and the time of the last look */
  where: string;
}

/** Evidence with what several objects show alike, as pods of one Deployment do, said once. */
export function seenEvidence(evidence: readonly Evidence[]): Seen[] {
  const alike = Map.groupBy(evidence, ({ path, value }) => `${path}\n${value}`);
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const sources = [...new Set(group.map(({ source }) => source))];
    const shown = sources.slice(0, 3).join(', ') + (sources.length > 3 ? ` and ${sources.length - 3} more` : '');
    const at = group
      .flatMap((one) => one.at ?? [])
      .sort()
      .at(-1);
    return [{ path: first.path, value: first.value, where: at ? `${shown}, ${utc(at)}` : shown }];
  });
}
