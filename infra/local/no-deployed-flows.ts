import { UnavailableError } from '#shared/domain/errors.ts';
import type { Executions } from '#shared/ports/executions.ts';

/** A laptop has no Step Functions: its flows are commands, which run in their own process. */
export const noDeployedFlows: Executions = {
  async start() {
    throw new UnavailableError('deployed flows are started by the deployed function; here run "medic respond" instead');
  },
};
