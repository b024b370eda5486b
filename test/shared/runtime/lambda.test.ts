import { afterEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { UnavailableError } from '#shared/domain/errors.ts';
import type { Ports } from '#shared/ports/ports.ts';
import type { Step } from '#shared/ports/step.ts';
import { lambda, type RuntimeOptions } from '#shared/runtime/lambda.ts';
import { LEVELS, type LogLine, stdoutSink } from '#shared/runtime/log.ts';
import { lambdaContext } from '#test/support/lambda-context.ts';

const input = z.strictObject({
  target: z.string().optional(),
  incidentId: z.string().optional(),
  count: z.number().default(1),
});
type Input = z.infer<typeof input>;

const SECRET = 'Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzZW50aW5lbCJ9.c2VudGluZWwtc2lnbmF0dXJl';

function handlerOf<Output>(step: Step<Input, Output>, options: RuntimeOptions = {}, ports?: () => Promise<Ports>) {
  const lines: LogLine[] = [];
  const sink = (line: LogLine) => void lines.push(line);
  const handler = lambda('look-around', input, () => step, ports ?? (async () => ({}) as Ports), { sink, ...options });
  return { handler, lines };
}

const echo: Step<Input, Input> = async (event) => event;

describe('the input of a function', () => {
  it.each([
    ['{}', {}],
    ['nothing', undefined],
    ['null', null],
    [
      'an EventBridge envelope',
      { version: '0', id: '1', source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} },
    ],
    [
      'what Scheduler sends without an input',
      { source: 'aws.scheduler', 'detail-type': 'Scheduled Event', detail: '{}' },
    ],
  ])('may be %s', async (_, event) => {
    expect(await handlerOf(echo).handler(event, lambdaContext())).toEqual({ count: 1 });
  });

  it('is taken out of an envelope', async () => {
    const event = { source: 'medic', 'detail-type': 'Ask', detail: { target: 'shop', count: 3 } };
    expect(await handlerOf(echo).handler(event, lambdaContext())).toEqual({ target: 'shop', count: 3 });
  });

  it('that is wrong is one line that names the function, the field and the nearest right one', async () => {
    const run = handlerOf(echo).handler({ tarket: 'shop', count: 'many' }, lambdaContext());
    await expect(run).rejects.toMatchObject({ name: 'InputError' });
    await expect(run).rejects.toThrow(
      /^look-around: .*count: expected number.*tarket is not a field: did you mean "target"\?$/,
    );
  });

  it.each([
    ['text', 'hello'],
    ['a list', [1]],
    ['a number', 7],
  ])('is never %s', async (_, event) => {
    await expect(handlerOf(echo).handler(event, lambdaContext())).rejects.toMatchObject({ name: 'InputError' });
  });
});

describe('an error that leaves a function', () => {
  const failing = (error: unknown) => handlerOf(async () => Promise.reject(error));

  it('keeps its name where that is API, and its message loses secrets, line breaks and escape codes', async () => {
    const { handler, lines } = failing(new UnavailableError(`no answer\nfrom \u001b[31mhttps://x.test with ${SECRET}`));
    const error = await handler({}, lambdaContext()).catch((caught: unknown) => caught as Error);
    expect(error).toMatchObject({ name: 'UnavailableError' });
    const seen = JSON.stringify([String(error), (error as Error).stack, lines]);
    expect(seen).not.toContain('eyJhbGciOiJIUzI1NiJ9');
    expect((error as Error).message).not.toMatch(/\p{Cc}/u);
    expect((error as Error).cause).toBeUndefined();
  });

  it('is UnexpectedError when nobody foresaw it; the stack is in the log alone, without secrets', async () => {
    const { handler, lines } = failing(new TypeError(`cannot read ${SECRET}`));
    const error = await handler({}, lambdaContext()).catch((caught: unknown) => caught as Error);
    expect(error).toMatchObject({
      name: 'UnexpectedError',
      message: expect.stringMatching(/^look-around failed unexpectedly: /),
    });
    expect((error as Error).stack).not.toMatch(/at /);
    expect(lines.at(-1)).toMatchObject({
      level: 'error',
      error: 'UnexpectedError',
      stack: expect.stringMatching(/at /),
    });
    expect(JSON.stringify(lines)).not.toContain('eyJhbGciOiJIUzI1NiJ9');
  });

  it.each([
    ['an object', {}],
    ['text', 'oops'],
    ['nothing', undefined],
  ])('may even be %s', async (_, thrown) => {
    await expect(failing(thrown).handler({}, lambdaContext())).rejects.toMatchObject({ name: 'UnexpectedError' });
  });
});

describe('the deadline', () => {
  it('comes before that of Lambda, aborts the step, and is a DeadlineError', async () => {
    let aborted = false;
    const { handler } = handlerOf(async (_, { signal }) => {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      aborted = true;
      throw new Error('the echo of the abort');
    });
    await expect(handler({}, lambdaContext(2050))).rejects.toMatchObject({ name: 'DeadlineError' });
    expect(aborted).toBe(true);
  });

  it('is told to the step as the time that it has', async () => {
    const { handler } = handlerOf(async (_, { remainingMs }) => remainingMs());
    const left = await handler({}, lambdaContext(10_000));
    expect(left).toBeGreaterThan(7000);
    expect(left).toBeLessThanOrEqual(8000);
  });

  it('can come from outside too: the step is cancelled', async () => {
    const stop = new AbortController();
    const { handler } = handlerOf(
      async (_, { signal }) => {
        stop.abort();
        signal.throwIfAborted();
      },
      { signal: stop.signal },
    );
    await expect(handler({}, lambdaContext())).rejects.toMatchObject({
      name: 'UnavailableError',
      message: 'look-around was cancelled',
    });
  });
});

describe('the log', () => {
  it('has the same keys in each line, the incident among them, and no secret in any of its data', async () => {
    const { handler, lines } = handlerOf(async (_, { log }) => {
      log.info(`sending ${SECRET}`, { deep: [{ header: SECRET }], error: new Error(SECRET) });
    });
    await handler({ incidentId: '20261125-093000-1a2b3c' }, lambdaContext());
    expect(lines[0]).toMatchObject({
      level: 'info',
      service: 'otlp-medic',
      step: 'look-around',
      requestId: 'request-1',
      incidentId: '20261125-093000-1a2b3c',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
    expect(JSON.stringify(lines)).not.toContain('eyJhbGciOiJIUzI1NiJ9');
  });

  it('keeps its own keys when the data has the same ones', async () => {
    const { handler, lines } = handlerOf(async (_, { log }) => log.warn('told', { level: 'none', step: 'other' }));
    await handler({}, lambdaContext());
    expect(lines[0]).toMatchObject({ level: 'warn', step: 'look-around' });
  });
});

describe('stdout', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });

  it.each([
    ['DEBUG', ['debug', 'info', 'warn', 'error']],
    ['TRACE', ['debug', 'info', 'warn', 'error']],
    [undefined, ['info', 'warn', 'error']],
    ['WARN', ['warn', 'error']],
    ['FATAL', []],
  ])('gets the lines from level %s', async (level, told) => {
    const written: string[] = [];
    vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', level);
    vi.spyOn(process.stdout, 'write').mockImplementation((line) => written.push(String(line)) > 0);
    const { handler } = handlerOf(
      async (_, { log }) => {
        for (const each of LEVELS) log[each]('told');
      },
      { sink: stdoutSink },
    );
    await handler({}, lambdaContext());
    expect(written.map((line) => JSON.parse(line).level)).toEqual(told);
  });
});

describe('the ports', () => {
  it('are made once for many invocations, and again after they could not be made', async () => {
    let made = 0;
    const { handler } = handlerOf(echo, {}, async () => {
      made++;
      if (made === 1) throw new UnavailableError('the store is missing');
      return {} as Ports;
    });
    await expect(handler({}, lambdaContext())).rejects.toThrow('the store is missing');
    await handler({}, lambdaContext());
    await handler({}, lambdaContext());
    expect(made).toBe(2);
  });
});
