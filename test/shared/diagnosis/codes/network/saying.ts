import type { Snapshot } from '#shared/domain/snapshot.ts';
import { crashLoop, podsOf } from '#test/support/faults.ts';
import { healthyNamespace } from '#test/support/namespace.ts';
import { says as tells } from '#test/support/telling.ts';
import { inPodsOf, type NearMiss, type Positive } from '../case.ts';

export const inApp = inPodsOf('otlp-app', 'app');

/** The application runs, and says that so many minutes ago, a line for each. */
export const says = (line: string, minutes?: number[]): Snapshot => tells(healthyNamespace(), line, minutes);

/** It ends over that at every start. */
export const endsOver = (line: string): Snapshot => {
  const snapshot = healthyNamespace();
  return crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { log: line });
};

export const said = (when: string, line: string, shows: string): Positive => ({
  when,
  at: inApp,
  shows,
  build: () => says(line),
});

export const noise = (why: string, line: string, minutes?: number[]): NearMiss => ({
  why,
  roots: [],
  build: () => says(line, minutes),
});
