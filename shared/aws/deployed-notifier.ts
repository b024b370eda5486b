import type { MedicConfig } from '#shared/domain/config.ts';
import { ConfigError } from '#shared/domain/errors.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { Notifier } from '#shared/ports/notifier.ts';
import { fanOut } from '#shared/wire/fan-out.ts';
import { slackWebhook } from '#shared/wire/slack-webhook.ts';
import { type Environment, topicsOf } from './environment.ts';
import { secretReader } from './secrets.ts';
import { snsNotifier } from './sns-notifier.ts';

function slackUrl({ webhookEnv }: { webhookEnv: string }, secretName: string | undefined, clock: Clock) {
  if (secretName !== undefined) {
    const secret = secretReader(clock);
    return () => secret(secretName, 'url');
  }
  return async () => {
    const url = process.env[webhookEnv];
    if (url) return url;
    throw new ConfigError(`notify.slack is configured, but neither MEDIC_SLACK_SECRET nor ${webhookEnv} is set`);
  };
}

/** The channels of a deployed function: its SNS topics, and Slack where the configuration has it. */
export function deployedNotifier({ notify }: MedicConfig, environment: Environment, clock: Clock): Notifier {
  const topics = topicsOf(environment);
  const channels: Notifier[] = [];
  if (Object.keys(topics).length > 0) channels.push(snsNotifier(topics));
  if (notify.slack) channels.push(slackWebhook({ url: slackUrl(notify.slack, environment.MEDIC_SLACK_SECRET, clock) }));
  return fanOut(channels);
}
