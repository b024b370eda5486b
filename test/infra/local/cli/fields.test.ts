import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { eventOf, fieldsOf, flagsFor } from '#infra/local/cli/fields.ts';

const input = z.strictObject({
  target: z.string().optional().describe('name of a target'),
  window: z.strictObject({ minutes: z.int().default(5).describe('how far back') }).prefault({}),
  signals: z.array(z.enum(['traces', 'logs'])).default(['traces']),
  brief: z.boolean().default(false),
  retry: z.boolean().default(true),
  workloads: z.union([z.literal('all'), z.array(z.string())]).optional(),
  mode: z.enum(['plan', 'act']).default('plan'),
});
const fields = fieldsOf(input);
const given = (flags: Record<string, unknown>) => eventOf(fields, (flag) => flags[flag]);

describe('the flags of an input schema', () => {
  it('are one for each leaf, nested names joined with dashes', () => {
    expect(fields.map((field) => field.flag)).toEqual([
      'target',
      'window-minutes',
      'signals',
      'brief',
      'retry',
      'workloads',
      'mode',
    ]);
  });

  it('know choices, repeats, defaults and descriptions', () => {
    expect(fields.find((field) => field.flag === 'signals')).toMatchObject({
      list: true,
      choices: ['traces', 'logs'],
      default: ['traces'],
    });
    expect(fields.find((field) => field.flag === 'window-minutes')).toMatchObject({
      kind: 'number',
      default: 5,
      description: 'how far back',
    });
  });

  it('pass on what was given and nothing else', () => {
    expect(given({})).toEqual({});
    expect(given({ 'window-minutes': '7', signals: ['logs', 'traces'], retry: false })).toEqual({
      window: { minutes: 7 },
      signals: ['logs', 'traces'],
      retry: false,
    });
  });

  it('leave a value of the wrong type to the schema', () => {
    const { success } = input.safeParse(given({ 'window-minutes': 'soon' }));
    expect(success).toBe(false);
  });

  it('take JSON, or plain text, where a field is more than a scalar', () => {
    expect(given({ workloads: '["deployment/a"]' })).toEqual({ workloads: ['deployment/a'] });
    expect(given({ workloads: 'all' })).toEqual({ workloads: 'all' });
  });
});

describe('the command line of a sample event', () => {
  it('says the same as the event', () => {
    const event = { target: "it's", window: { minutes: 7 }, signals: ['logs', 'traces'], retry: false, mode: 'act' };
    expect(flagsFor(fields, event)).toEqual([
      "--target 'it'\\''s'",
      '--window-minutes 7',
      '--signals logs',
      '--signals traces',
      '--no-retry',
      '--act',
    ]);
  });
});
