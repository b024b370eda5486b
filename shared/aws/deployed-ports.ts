import { makeClusters } from '#shared/kubernetes/clusters.ts';
import { systemClock } from '#shared/ports/clock.ts';
import type { Executions } from '#shared/ports/executions.ts';
import type { Notifier } from '#shared/ports/notifier.ts';
import type { Ports } from '#shared/ports/ports.ts';
import { otlpProber } from '#shared/wire/otlp/prober.ts';
import { deployedConfig } from './deployed-config.ts';
import { readEnvironment } from './environment.ts';
import { s3Store } from './s3-store.ts';
import type { SecretReader } from './secrets.ts';

function notifierOnDemand(load: () => Promise<Notifier>): Notifier {
  let loaded: Promise<Notifier> | undefined;
  return {
    async send(message, options) {
      loaded ??= load();
      return (await loaded).send(message, options);
    },
  };
}

function executionsOnDemand(load: () => Promise<Executions>): Executions {
  let loaded: Promise<Executions> | undefined;
  return {
    async start(flow, execution, options) {
      loaded ??= load();
      return (await loaded).start(flow, execution, options);
    },
  };
}

/** Of secrets that hold headers; what one reader has read is kept for the probes that follow. */
function headersOnDemand(load: () => Promise<SecretReader>): (secret: string) => Promise<string> {
  let loaded: Promise<SecretReader> | undefined;
  return async (secret) => {
    loaded ??= load();
    return (await loaded)(secret, 'headers');
  };
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
    // Every function stores, few reach the cluster or send notices: what those need stays out of the others' cold start.
    clusters: makeClusters({
      eks: async (ref, options) => (await import('./eks.ts')).openEks(ref, { clock, ...options }),
    }),
    store: s3Store({ bucket: environment.MEDIC_BUCKET }),
    notifier: notifierOnDemand(async () => {
      const { deployedNotifier } = await import('./deployed-notifier.ts');
      return deployedNotifier(config, environment, clock);
    }),
    prober: otlpProber({
      clock,
      deployed: true,
      secret: headersOnDemand(async () => (await import('./secrets.ts')).secretReader(clock)),
    }),
    executions: executionsOnDemand(async () => {
      const { sfnExecutions } = await import('./sfn-executions.ts');
      const arn = environment.MEDIC_FLOW_P0_RESPONSE;
      return sfnExecutions(arn === undefined ? {} : { 'p0-response': arn });
    }),
  };
}
