import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FLOW_LIMIT_SECONDS } from '#shared/incidents/claim.ts';

const text = readFileSync('infra/state-machines/p0-response.asl.json', 'utf8');

interface State {
  Type: string;
  Next?: string;
  Default?: string;
  End?: boolean;
  Choices?: { Next: string }[];
  Catch?: { ErrorEquals: string[]; Next: string }[];
  Retry?: { ErrorEquals: string[]; MaxAttempts?: number }[];
}
const definition = JSON.parse(text) as { StartAt: string; TimeoutSeconds: number; States: Record<string, State> };
const states = Object.entries(definition.States);
const tasks = states.filter(([, { Type }]) => Type === 'Task');
const after = ({ Next, Default, Choices = [], Catch = [] }: State) =>
  [Next, Default, ...Choices.map((one) => one.Next), ...Catch.map((one) => one.Next)].filter(
    (name) => name !== undefined,
  );

/** All ways from a state to an end, loops walked once. */
function paths(name: string, walked: string[] = []): string[][] {
  const state = definition.States[name];
  if (!state || walked.includes(name)) return [];
  const next = after(state);
  if (next.length === 0) return [[...walked, name]];
  return next.flatMap((one) => paths(one, [...walked, name]));
}

describe('the definition of the P0 flow', () => {
  it('retries and catches in every task, and never retries what is wrong for good', () => {
    for (const [name, { Retry = [], Catch = [] }] of tasks) {
      expect(
        Catch.map(({ ErrorEquals }) => ErrorEquals),
        name,
      ).toEqual([['States.ALL']]);
      const retried = Retry.flatMap(({ ErrorEquals }) => ErrorEquals);
      expect(retried, name).toContain('Lambda.TooManyRequestsException');
      for (const lasting of ['InputError', 'ConfigError', 'States.ALL']) expect(retried, name).not.toContain(lasting);
    }
  });

  it('ends as late as a flow may be taken for alive', () => {
    expect(definition.TimeoutSeconds).toBe(FLOW_LIMIT_SECONDS);
  });

  it('ends every branch after the opening in a closed incident, a report and a notice', () => {
    const all = paths(definition.StartAt);
    const unopened = (path: string[]) => path.includes('AlreadyHandled') || path.includes('CouldNotOpen');
    const opened = all.filter((path) => !unopened(path));
    expect(opened.length).toBeGreaterThan(20);
    for (const path of opened) {
      const end = path.filter((name) => ['CloseIncident', 'WriteReport', 'NotifyOutcome', 'HasFailed'].includes(name));
      expect(end, path.join(' -> ')).toEqual(['CloseIncident', 'WriteReport', 'NotifyOutcome', 'HasFailed']);
    }
  });

  it('has every state on some way from the start', () => {
    const reached = new Set([definition.StartAt]);
    for (const name of reached) for (const next of after(definition.States[name] ?? { Type: '' })) reached.add(next);
    expect([...reached].sort()).toEqual(Object.keys(definition.States).sort());
  });
});
