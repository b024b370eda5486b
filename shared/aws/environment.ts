import * as z from 'zod';
import { ConfigError } from '#shared/domain/errors.ts';
import { explainZod } from '#shared/domain/explain-zod.ts';
import { severity } from '#shared/domain/severity.ts';

const topic = z
  .string()
  .regex(/^arn:[^:]+:sns:[^:]+:\d{12}:.+$/, 'write the ARN of an SNS topic')
  .optional();

/** All environment variables that the deployed functions read for themselves. The stack sets each of them. */
const environment = z.object({
  MEDIC_BUCKET: z.string().min(1).describe('bucket of incidents, snapshots and reports'),
  MEDIC_TOPIC_P0: topic.describe('ARN of the SNS topic for P0 notices'),
  MEDIC_TOPIC_P1: topic.describe('ARN of the SNS topic for P1 notices'),
  MEDIC_TOPIC_P2: topic.describe('ARN of the SNS topic for P2 notices'),
  MEDIC_TOPIC_P3: topic.describe('ARN of the SNS topic for P3 notices'),
  MEDIC_SLACK_SECRET: z
    .string()
    .min(1)
    .optional()
    .describe(
      'where the Slack webhook URL is kept (plain text, or JSON with the key "url"): name or ARN of a Secrets Manager secret, or ssm:NAME of a Systems Manager parameter; without it the variable that notify.slack.webhookEnv names',
    ),
  MEDIC_FLOW_P0_RESPONSE: z
    .string()
    .regex(/^arn:[^:]+:states:[^:]+:\d{12}:stateMachine:.+$/, 'write the ARN of a state machine')
    .optional()
    .describe('ARN of the P0 flow, for the function that starts it'),
  MEDIC_IN_VPC: z.literal('yes').optional().describe('the function has subnets of its own: probes look from there'),
  MEDIC_CONFIG_MODULE: z
    .string()
    .min(1)
    .default('medic-config')
    .describe('what is required for the resolved medic.config.ts; by default the package in the configuration layer'),
});
export type Environment = z.infer<typeof environment>;

/** Throws ConfigError, one line that names every variable at fault. */
export function readEnvironment(variables: NodeJS.ProcessEnv): Environment {
  const read = environment.safeParse(variables);
  if (read.success) return read.data;
  throw new ConfigError(`environment of the function: ${explainZod(read.error, { noun: 'variable' })}`);
}

/** The topics among them, by severity. */
export const topicsOf = (read: Environment) =>
  Object.fromEntries(
    severity.options.flatMap((level) => {
      const arn = read[`MEDIC_TOPIC_${level}`];
      return arn === undefined ? [] : [[level, arn]];
    }),
  );
