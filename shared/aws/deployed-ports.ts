import type { MedicConfig } from '#shared/domain/config.ts';
import { ConfigError } from '#shared/domain/errors.ts';
import { type Clock, systemClock } from '#shared/ports/clock.ts';
import type { Notifier } from '#shared/ports/notifier.ts';
import type { Ports } from '#shared/ports/ports.ts';
import { fanOut } from '#shared/wire/fan-out.ts';
import { slackWebhook } from '#shared/wire/slack-webhook.ts';
import { deployedConfig } from './deployed-config.ts';
import { eksClusters } from './eks-clusters.ts';
import { type Environment, readEnvironment, topicsOf } from './environment.ts';
import { s3Store } from './s3-store.ts';
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

function notifierOf({ notify }: MedicConfig, environment: Environment, clock: Clock): Notifier {
  const topics = topicsOf(environment);
  const channels: Notifier[] = [];
  if (Object.keys(topics).length > 0) channels.push(snsNotifier(topics));
  if (notify.slack) channels.push(slackWebhook({ url: slackUrl(notify.slack, environment.MEDIC_SLACK_SECRET, clock) }));
  return fanOut(channels);
}

/**
 * The adapters of a deployed function, from its environment and its configuration layer; see environment.ts for the
 * variables. No call is made yet: each service is first asked when a step needs it. Throws ConfigError.
 */
export async function deployedPorts(): Promise<Ports> {
  const environment = readEnvironment(process.env);
  const config = deployedConfig(environment.MEDIC_CONFIG_MODULE);
  const clock = systemClock;
  return {
    config,
    clock,
    clusters: eksClusters(clock),
    store: s3Store({ bucket: environment.MEDIC_BUCKET }),
    notifier: notifierOf(config, environment, clock),
  };
}
