import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { executionName, executions } from '#infra/local/executions.ts';
import { isAlive, thisProcess } from '#infra/local/process-identity.ts';
import { filesStore } from '#shared/files/store.ts';
import { systemClock } from '#shared/ports/clock.ts';
import type { Store } from '#shared/ports/store.ts';
import { soleProcess } from '#test/support/mortal.ts';

const FLOW = 'p0-response';
const input = { target: 'shop' };
let store: Store;
beforeEach(() => {
  store = filesStore(mkdtempSync(join(tmpdir(), 'medic-executions-')));
});
const by = (pid: number) => executions({ store, now: systemClock.now, processes: soleProcess(pid) });

describe('executions', () => {
  it('use a name once, while it runs and after it has ended', async () => {
    const held = await by(1).begin(FLOW, 'a', input);
    await expect(by(1).begin(FLOW, 'a', input)).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
      record: { status: 'RUNNING' },
    });
    await held.end({ status: 'SUCCEEDED', output: 1 });
    await expect(by(2).begin(FLOW, 'a', input)).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
      record: { status: 'SUCCEEDED', output: 1 },
    });
  });

  it('whose process died go on with what their steps answered', async () => {
    const held = await by(1).begin(FLOW, 'a', input);
    await held.journal.record('Open#0', 'open-incident', { output: { incidentId: 'i' } });
    expect((await by(2).interrupted(FLOW)).map(({ name }) => name)).toEqual(['a']);
    const again = await by(2).begin(FLOW, 'a', { other: 'input' });
    expect(again.record.input).toEqual(input);
    expect(again.journal.recall('Open#0')).toEqual({ result: { output: { incidentId: 'i' } }, at: expect.any(Number) });
    expect(again.journal.recall('Open#1')).toBeUndefined();
    expect(await by(2).interrupted(FLOW)).toEqual([]);
  });

  it('keep what branches answer at the same time, all of it', async () => {
    const held = await by(1).begin(FLOW, 'a', input);
    const steps = Array.from({ length: 20 }, (_, n) => `Branch#${n}`);
    await Promise.all(steps.map((key, n) => held.journal.record(key, 'probe-otlp', { output: n })));
    await held.end({});
    const again = await by(2).begin(FLOW, 'a', input);
    expect([...again.journal.keys()].toSorted()).toEqual(steps.toSorted());
  });

  it('are taken over by one process alone, and the one that was taken for dead cannot go on', async () => {
    const held = await by(1).begin(FLOW, 'a', input);
    const takers = await Promise.allSettled([by(2).begin(FLOW, 'a', input), by(2).begin(FLOW, 'a', input)]);
    expect(takers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(held.journal.record('A#0', 'a', { output: 1 })).rejects.toMatchObject({ name: 'ExecutionTakenOver' });
  });

  it('that were given up in an orderly way may be taken up at once', async () => {
    await (await by(1).begin(FLOW, 'a', input)).end({});
    expect(await by(1).interrupted(FLOW)).toHaveLength(1);
    await by(1).begin(FLOW, 'a', input);
  });

  it('have names that Step Functions takes, the same for the same trigger and different ones for different triggers', () => {
    const long = `alarm-${'x'.repeat(200)}`;
    for (const text of ['cli-1', 'alarm-otlp app/üb:2026', long, `${long}y`]) {
      expect(executionName(text)).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
      expect(executionName(text)).toBe(executionName(text));
    }
    expect(executionName(long)).not.toBe(executionName(`${long}y`));
    expect(executionName('a/b')).not.toBe(executionName('a:b'));
  });
});

describe('the identity of a process', () => {
  it('is alive while the process is, and no longer', async () => {
    expect(isAlive(thisProcess())).toBe(true);
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(child, 'spawn');
    const { host } = thisProcess();
    const identity = { host, pid: child.pid ?? 0 };
    expect(isAlive(identity)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(isAlive(identity)).toBe(false);
  });

  it('is not that of a later process with the same number', () => {
    expect(isAlive({ ...thisProcess(), started: 'at another time' })).toBe(false);
  });

  it('of another machine counts as alive: nothing can be known of it', () => {
    expect(isAlive({ host: 'elsewhere', pid: 1 })).toBe(true);
  });

  it('is the same however often it is asked for, and another one in another process', () => {
    expect(thisProcess()).toEqual(thisProcess());
    const script = `import { thisProcess } from '#infra/local/process-identity.ts'; console.log(JSON.stringify(thisProcess()))`;
    const other = JSON.parse(
      execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }),
    );
    expect(other.pid).not.toBe(process.pid);
    expect(other.started).toBeDefined();
  });
});
