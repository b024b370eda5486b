import { oneLine } from '#shared/report/untrusted-text.ts';

/** How one step of a flow is told to a person: while it runs, and what came of it. */
interface Words {
  now: string;
  after(output: Record<string, unknown>): string;
}

const text = (value: unknown) => (typeof value === 'string' ? value : '');
const list = (value: unknown) => (Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []);
const because = (output: Record<string, unknown>) => (text(output.reason) ? `: ${text(output.reason)}` : '');

const WORDS: Readonly<Record<string, Words>> = {
  'open-incident': {
    now: 'Opening an incident',
    after: ({ severity, incidentId, opened, reason }) =>
      `${text(severity)} incident ${text(incidentId)} is open${opened === 'new' ? '' : ` (${text(opened)}: ${text(reason)})`}`,
  },
  notify: {
    now: 'Telling people',
    after: ({ kind, result, reason, deliveries }) => {
      const sent = (Array.isArray(deliveries) ? deliveries : []) as { channel: string; delivered: boolean }[];
      const to = sent.filter(({ delivered }) => delivered).map(({ channel }) => channel);
      if (result === 'sent') return `Notice "${text(kind)}" sent to ${to.join(' and ')}`;
      return `Notice "${text(kind)}" ${text(result)}: ${text(reason)}`;
    },
  },
  'collect-snapshot': {
    now: 'Looking at the cluster before anything is touched',
    after: ({ reachable, why, notChecked }) => {
      if (reachable === false) return `The cluster could not be examined: ${text(why)}`;
      return `Evidence is saved${notChecked ? `; ${notChecked} things could not be checked` : ''}`;
    },
  },
  diagnose: {
    now: 'Diagnosing',
    after: ({ verdict, rootCauses, action }) => {
      const causes = list(rootCauses).join(', ');
      const { class: what, reason } = (action ?? {}) as { class?: string; reason?: string };
      return `Diagnosis: ${text(verdict)}${causes && `, ${causes}`} -> ${what ?? 'none'}${reason ? ` (${reason})` : ''}`;
    },
  },
  'restart-rollout': {
    now: 'Restarting the rollout',
    after: (output) => `Restart ${text(output.result)}${because(output)}`,
  },
  'verify-recovery': {
    now: 'Checking whether it helped',
    after: (output) => `Check: ${text(output.outcome)}${because(output)}`,
  },
  escalate: { now: 'Handing over to a person', after: (output) => `Escalated${because(output)}` },
  'write-report': { now: 'Writing the report', after: () => 'The report is written' },
  'close-incident': { now: 'Closing the flow', after: ({ outcome }) => `Outcome: ${text(outcome)}` },
};

/** What is going on, while it is. */
export const nowOf = (functionName: string): string => WORDS[functionName]?.now ?? functionName.replaceAll('-', ' ');

/** What came of it. What it says may come from a cluster: it is kept to one visible line. */
export function thenOf(functionName: string, output: unknown): string {
  const known = typeof output === 'object' && output !== null ? (output as Record<string, unknown>) : {};
  return oneLine(WORDS[functionName]?.after(known) ?? `${functionName.replaceAll('-', ' ')}: done`);
}
