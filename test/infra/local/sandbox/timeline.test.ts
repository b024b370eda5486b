import { describe, expect, it } from 'vitest';
import { stamp, Timeline } from '#infra/local/sandbox/timeline.ts';

const start = new Date('2026-01-01T00:00:00Z');

describe('a replayed past', () => {
  it('runs what is planned in its order and at its times, without waiting for them', async () => {
    const timeline = new Timeline(start, 1);
    const seen: string[] = [];
    const note = (what: string) => () => void seen.push(`${what} ${stamp(timeline.now())}`);
    timeline.after(3600, note('hour'));
    timeline.every(1500, note('tick'));
    await timeline.replay(4000);
    expect(seen).toEqual(['tick 2026-01-01T00:25:00Z', 'tick 2026-01-01T00:50:00Z', 'hour 2026-01-01T01:00:00Z']);
    expect(stamp(timeline.now())).toBe('2026-01-01T01:06:40Z');
    expect(timeline.elapsed()).toBe(4000);
  });

  it('waits for a task whose work is real before the clock moves on', async () => {
    const timeline = new Timeline(start, 1);
    let finishedAt = '';
    timeline.after(1, async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      finishedAt = stamp(timeline.now());
    });
    timeline.after(2, () => undefined);
    await timeline.replay(10);
    expect(finishedAt).toBe('2026-01-01T00:00:01Z');
  });

  it('can be leapt over: what was planned comes that much later', async () => {
    const timeline = new Timeline(start, 1);
    let at = '';
    timeline.after(10, () => {
      at = stamp(timeline.now());
    });
    timeline.leap(86_400);
    expect(at).toBe('');
    await timeline.replay(10);
    expect(at).toBe('2026-01-02T00:00:10Z');
  });
});

describe('the present', () => {
  it('has the stamps of the wall clock and shortened waits', async () => {
    const timeline = new Timeline(start, 10_000);
    let planned = false;
    timeline.after(100, () => {
      planned = true;
    });
    timeline.goLive();
    await timeline.pass(500);
    expect(planned).toBe(true);
    expect(Math.abs(timeline.now().getTime() - Date.now())).toBeLessThan(1000);
    timeline.stop();
  });

  it('ends with stop: nothing planned runs any more', async () => {
    const timeline = new Timeline(start, 10_000);
    timeline.goLive();
    let ran = false;
    timeline.every(10, () => {
      ran = true;
    });
    timeline.stop();
    timeline.after(10, () => {
      ran = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(ran).toBe(false);
  });
});
