import { afterEach, expect, it, vi } from 'vitest';
import { sfnExecutions } from '#shared/aws/sfn-executions.ts';
import { useAwsAt } from '#test/support/aws-environment.ts';
import { serve } from '#test/support/http-server.ts';

const machine = 'arn:aws:states:ap-south-1:111122223333:stateMachine:otlp-medic-p0-response';

afterEach(() => vi.unstubAllEnvs());

/** What Step Functions answers: an execution, or an error's name. */
async function start(answer: { error: string } | undefined, machines = { 'p0-response': machine }) {
  await using states = await serve((_, response) => {
    const body = answer
      ? { __type: answer.error, message: 'no' }
      : { executionArn: `${machine.replace('stateMachine', 'execution')}:x`, startDate: 1764063000 };
    response.writeHead(answer ? 400 : 200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(body));
  });
  useAwsAt(states.url);
  const result = await sfnExecutions(machines).start('p0-response', { name: 'x', input: { target: 'shop' } });
  return { result, requests: states.requests };
}

it('starts an execution by its name, in the region of the state machine', async () => {
  const { result, requests } = await start(undefined);
  expect(result).toBe('started');
  expect(JSON.parse(String(requests[0]?.body))).toEqual({
    stateMachineArn: machine,
    name: 'x',
    input: '{"target":"shop"}',
  });
  expect(requests[0]?.headers.authorization).toContain('/ap-south-1/states/');
});

it('finds an execution of that name instead of starting another one', async () => {
  expect((await start({ error: 'ExecutionAlreadyExists' })).result).toBe('already-started');
});

it.each([
  ['StateMachineDoesNotExist', 'p0-response cannot be started: the state machine does not exist: deploy the stack'],
  ['AccessDeniedException', `p0-response cannot be started: access denied: allow states:StartExecution on ${machine}`],
])('says what %s means', async (error, message) => {
  await expect(start({ error })).rejects.toMatchObject({ name: 'UnavailableError', message });
});

it('says that a function was not told its state machine', async () => {
  await expect(sfnExecutions({}).start('p0-response', { name: 'x', input: {} })).rejects.toThrow(
    'p0-response cannot be started: the function does not know its state machine',
  );
});
