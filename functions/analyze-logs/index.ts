import { deployedPorts } from '#shared/aws/deployed-ports.ts';
import { lambda } from '#shared/runtime/lambda.ts';
import { input } from './input.ts';
import { makeStep } from './step.ts';

export const handler = lambda('analyze-logs', input, makeStep, deployedPorts);
