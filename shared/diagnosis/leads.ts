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

/** Without the leads to what has a cause, beside which they would only mislead, and advice that says what a root says. */
export function withoutIdleLeads(faults: Fault[], roots: Fault[]): Fault[] {
  const unexplained = new Set(roots.filter(({ code }) => BARE.has(code)).map(({ anchor }) => keyOf(anchor)));
  const told = new Set(roots.map(whatItSays));
  return faults.filter(
    (fault) =>
      (!LEADS.has(fault.code) || unexplained.has(keyOf(fault.anchor))) &&
      (fault.finding.severity !== 'P3' || roots.includes(fault) || !told.has(whatItSays(fault))),
  );
}

const whatItSays = ({ code, finding: { subject } }: Fault): string => `${code} ${JSON.stringify(subject)}`;
