import { describe, expect, it } from 'vitest';
import { followFlow } from '#infra/local/cli/follow-flow.ts';
import type { Progress } from '#infra/local/cli/progress.ts';
import type { FlowEvent } from '#infra/local/engine.ts';

/** What a person would have read. */
async function told(...events: FlowEvent[]): Promise<string[]> {
  const lines: string[] = [];
  const progress: Progress = {
    begin: (title) => {
      lines.push(`> ${title}`);
      const end = (mark: string) => async (text: string) => void lines.push(`${mark} ${text}`);
      return { note: (line) => void lines.push(line), done: end('ok'), failed: end('no') };
    },
    note: (line) => void lines.push(line),
    during: (_, work) => work,
  };
  const follower = followFlow(progress);
  for (const event of events) follower.onEvent(event);
  await follower.end();
  return lines;
}
const step = (name: string) => ({ state: name, function: name });

describe('followFlow', () => {
  it('tells what is done now and then what came of it, strictly in turn', async () => {
    const lines = await told(
      { kind: 'started', ...step('restart-rollout') },
      { kind: 'ended', ...step('restart-rollout'), output: { result: 'done', reason: 'it hangs' }, replayed: false },
      { kind: 'waiting', state: 'WaitForRollout', seconds: 3 },
      { kind: 'started', ...step('verify-recovery') },
      { kind: 'ended', ...step('verify-recovery'), output: { outcome: 'recovered', reason: 'ready' }, replayed: false },
    );
    expect(lines).toEqual([
      '> Restarting the rollout',
      'ok Restart done: it hangs',
      '> Waiting 3 s for the cluster',
      'ok Waited 3 s',
      '> Checking whether it helped',
      'ok Check: recovered: ready',
    ]);
  });

  it('shows the message of a failed step, not the JSON that carries it', async () => {
    const message = JSON.stringify({ errorType: 'StoreError', errorMessage: 'the disk is full', trace: [] });
    const lines = await told(
      { kind: 'started', ...step('write-report') },
      { kind: 'failed', ...step('write-report'), error: { name: 'StoreError', message }, replayed: false },
    );
    expect(lines.at(-1)).toBe('no Writing the report: the disk is full');
  });

  it('ends what was cut off, and tells what an earlier process had done', async () => {
    const output = { verdict: 'failed', rootCauses: ['oom-killed'], action: { class: 'escalate', reason: 'r' } };
    const lines = await told(
      { kind: 'ended', ...step('diagnose'), output, replayed: true },
      { kind: 'started', ...step('escalate') },
    );
    expect(lines).toEqual([
      '(before) Diagnosis: failed, oom-killed -> escalate (r)',
      '> Handing over to a person',
      'no Handing over to a person: not finished',
    ]);
  });

  it('keeps what comes from a cluster to one line that repaints and reverses nothing', async () => {
    const written = 'a\u001b[2J\nb\u202ec';
    const lines = await told(
      { kind: 'started', ...step('escalate') },
      { kind: 'ended', ...step('escalate'), output: { reason: written }, replayed: false },
      { kind: 'started', ...step('write-report') },
      { kind: 'failed', ...step('write-report'), error: { name: 'Error', message: written }, replayed: false },
    );
    expect([lines[1], lines[3]]).toEqual(['ok Escalated: a bc', 'no Writing the report: a bc']);
  });
});
