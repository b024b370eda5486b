import type { Outcome } from '#shared/domain/incident.ts';
import { type Store, StoreError } from '#shared/ports/store.ts';
import type { IncidentFacts } from '#shared/report/build.ts';
import { readDiagnoses } from './diagnoses.ts';
import { readLogs } from './kept-logs.ts';
import { readIncident, readTimeline } from './record.ts';

/** What is stored but damaged leaves a gap that the report names; a store that does not answer is no gap. */
async function readable<T>(check: string, read: Promise<T[]>) {
  try {
    return { found: await read, gaps: [] };
  } catch (error) {
    if (error instanceof StoreError) throw error;
    return {
      found: [],
      gaps: [{ check, why: 'what is stored of it cannot be read: it is not in the form that the medic writes' }],
    };
  }
}

/** All that the store knows of an incident, for its report. Throws UnavailableError when there is no such incident. */
export async function readFacts(
  store: Pick<Store, 'read' | 'list' | 'locate'>,
  id: string,
  known: { at: string; outcome?: Outcome | undefined },
): Promise<IncidentFacts> {
  const [incident, timeline, diagnoses, logs] = await Promise.all([
    readIncident(store, id),
    readable('timeline', readTimeline(store, id)),
    readable('diagnoses', readDiagnoses(store, id)),
    readable('analyses of logs', readLogs(store, id)),
  ]);
  return {
    incident,
    timeline: timeline.found,
    diagnoses: diagnoses.found,
    logs: logs.found,
    unreadable: [...timeline.gaps, ...diagnoses.gaps, ...logs.gaps],
    ...known,
  };
}
