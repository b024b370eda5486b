import type { Layer, RemedyAction } from '#shared/domain/finding.ts';
import type { Severity } from '#shared/domain/severity.ts';

/** What is known about a fault code before anything is looked at. */
export interface Fault {
  layer: Layer;
  /** The worst it can be; P3 is advice, and becomes a root cause only where it explains a failure. */
  severity: Severity;
  /** What can help, in order; empty = follow the cause. */
  actions: RemedyAction[];
  /** A rollback helps only against what the newest revision brought. */
  requires?: 'fault-began-after-revision';
  title: string;
  cause: string;
  remedy: string;
}

const ACTIONS = { R: 'restart', B: 'rollback', S: 'scale', E: 'escalate', W: 'wait' } as const;

/** As the fault catalogue writes it: severity, the letters of the actions, then the three texts. */
type Row = [severity: Severity, act: string, title: string, cause: string, remedy: string];

function actionsOf(act: string): RemedyAction[] {
  return Object.entries(ACTIONS)
    .filter(([letter]) => act.includes(letter))
    .toSorted(([a], [b]) => act.indexOf(a) - act.indexOf(b))
    .map(([, action]) => action);
}

/** The faults of one layer by code. */
export function faults<Code extends string>(layer: Layer, rows: Record<Code, Row>): Record<Code, Fault> {
  const entries = Object.entries<Row>(rows).map(([code, [severity, act, title, cause, remedy]]) => {
    const actions = actionsOf(act);
    const fault: Fault = { layer, severity, actions, title, cause, remedy };
    if (actions.includes('rollback')) fault.requires = 'fault-began-after-revision';
    return [code, fault];
  });
  return Object.fromEntries(entries);
}
