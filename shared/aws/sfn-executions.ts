import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { UnavailableError } from '#shared/domain/errors.ts';
import type { Executions, Flow } from '#shared/ports/executions.ts';
import { clientLimits } from './client-limits.ts';
import { awsFault } from './fault.ts';

/** ARN of the state machine of each flow. */
export type StateMachines = Partial<Record<Flow, string>>;

/** Flows on Step Functions. Standard workflows keep the names of their executions for 90 days. */
export function sfnExecutions(machines: StateMachines): Executions {
  const region = Object.values(machines)[0]?.split(':')[3];
  const client = new SFNClient({ ...clientLimits, ...(region ? { region } : {}) });

  return {
    async start(flow, { name, input }, { signal } = {}) {
      const stateMachineArn = machines[flow];
      if (!stateMachineArn)
        throw new UnavailableError(`${flow} cannot be started: the function does not know its state machine`);
      try {
        const call = new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) });
        await client.send(call, signal ? { abortSignal: signal } : {});
        return 'started';
      } catch (error) {
        const { name: fault } = error as { name?: string };
        if (fault === 'ExecutionAlreadyExists') return 'already-started';
        const why =
          fault === 'StateMachineDoesNotExist'
            ? 'the state machine does not exist: deploy the stack'
            : awsFault(error, 'states:StartExecution', stateMachineArn).why;
        throw new UnavailableError(`${flow} cannot be started: ${why}`, { cause: error });
      }
    },
  };
}
