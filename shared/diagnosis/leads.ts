import type { Code } from './catalogue.ts';
import type { Fault } from './finding.ts';
import { keyOf } from './model.ts';

/** They say that something fails, and not why. */
const BARE: ReadonlySet<Code> = new Set<Code>([
  'container-exit-error',
  'container-exit-zero-loop',
  'container-panic',
  'container-crash-loop',
  'init-container-failed',
  'liveness-probe-failing',
  'readiness-probe-failing',
  'startup-probe-failing',
  'deployment-progress-deadline',
  'deployment-unavailable',
  'collector-down',
]);

/** They only say where to look first. */
const LEADS: ReadonlySet<Code> = new Set<Code>(['config-changed-recently']);

/** Without the leads to what has a cause: beside one they would only mislead. */
export function withoutIdleLeads(faults: Fault[], roots: Fault[]): Fault[] {
  const unexplained = new Set(roots.filter(({ code }) => BARE.has(code)).map(({ anchor }) => keyOf(anchor)));
  return faults.filter(({ code, anchor }) => !LEADS.has(code) || unexplained.has(keyOf(anchor)));
}
