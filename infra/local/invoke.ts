import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Context } from 'aws-lambda';
import type * as z from 'zod';
import { InputError } from '#shared/domain/errors.ts';
import type { Ports } from '#shared/ports/ports.ts';
import type { Step } from '#shared/ports/step.ts';
import { lambda, type RuntimeOptions } from '#shared/runtime/lambda.ts';

const FUNCTIONS = join(import.meta.dirname, '..', '..', 'functions');
/** Milliseconds: the timeout that the deployed functions have. */
const TIMEOUT = 120_000;

interface FunctionModules {
  input: z.ZodType<unknown>;
  makeStep: (ports: Ports) => Step<unknown, unknown>;
}

async function load(name: string): Promise<FunctionModules> {
  const file = (part: string) => join(FUNCTIONS, name, part);
  if (!/^[a-z]+(-[a-z]+)*$/.test(name) || !existsSync(file('step.ts')))
    throw new InputError(`there is no function "${name}"`);
  const load = (part: string) => import(pathToFileURL(file(part)).href);
  const [{ input }, { makeStep }] = await Promise.all([load('input.ts'), load('step.ts')]);
  return { input, makeStep };
}

/** What Lambda gives a function beside its event. */
function contextOf(functionName: string): Context {
  const ends = Date.now() + TIMEOUT;
  const none = () => {
    throw new Error('the callbacks of old Lambda runtimes are not there');
  };
  return {
    awsRequestId: randomUUID(),
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:local:000000000000:function:${functionName}`,
    memoryLimitInMB: '1024',
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => ends - Date.now(),
    done: none,
    fail: none,
    succeed: none,
  };
}

/** As bytes would carry it: undefined fields are gone, dates are text. */
const overTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

/** Runs one function's whole handler stack in this process. Rejects as Lambda does: a name, and a message of one line. */
export async function invokeLocally(
  ports: Ports,
  name: string,
  event: unknown,
  options: RuntimeOptions = {},
): Promise<unknown> {
  const { input, makeStep } = await load(name);
  const handler = lambda(name, input, makeStep, async () => ports, options);
  return overTheWire(await handler(overTheWire(event), contextOf(name)));
}
