import { troubleOf } from './container-state.ts';
import { recordsOf, type SaidRecord } from './log-records.ts';
import type { ContainerView, Ref } from './model.ts';
import type { ClusterView } from './view.ts';

/** With what a Collector of any distribution refuses its configuration; the reason may follow in further records. */
const REFUSAL =
  /^(?:Error: )?(?:invalid configuration: |failed to get config: |failed to build pipelines: .*telemetry type is not supported)/;

/** So many records hold the reason: one for each level at which the Collector nests it. */
const MOST_REASONS = 5;

/** Words that no other program has: names of its configuration's parts, and how its process says farewell. */
const OF_A_COLLECTOR =
  /\b(?:receivers|processors|exporters|connectors|extensions|service)::|\bcannot unmarshal the configuration\b|\botelcol\b/;
const FAREWELL = /\bcollector server run finished with error\b/;

export interface Refusal {
  /** a line for each record */
  text: string;
  /** where it stands */
  source: Ref;
  path: string;
  /** The words alone say that it is a Collector, whatever its image is called. */
  unmistakable: boolean;
}

/** The words with which the Collector in a container that is in trouble refused its configuration; undefined = none. */
export function configRefusalOf(view: ClusterView, container: ContainerView): Refusal | undefined {
  if (!troubleOf(view, container)) return undefined;
  for (const previous of [true, false]) {
    const records = recordsOf(view, container, previous);
    const start = records.findLastIndex(({ text }) => REFUSAL.test(text));
    if (start < 0) continue;
    const text = textFrom(records, start);
    const unmistakable = OF_A_COLLECTOR.test(text) || records.slice(start).some((record) => FAREWELL.test(record.text));
    const path = `log of ${container.name}${previous ? ' (previous)' : ''}`;
    return { text, source: container.pod.ref, path, unmistakable };
  }
  return undefined;
}

/** Up to the next record that has a head of its own. */
function textFrom(records: SaidRecord[], start: number): string {
  const [first, ...others] = records.slice(start, start + 1 + MOST_REASONS);
  const end = others.findIndex(({ level, at }) => level !== undefined || at !== first?.at);
  return [first, ...(end < 0 ? others : others.slice(0, end))].flatMap((record) => record?.text ?? []).join('\n');
}
