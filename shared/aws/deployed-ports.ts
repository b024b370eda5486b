import { makeClusters } from '#shared/kubernetes/clusters.ts';
import { apiServerOf } from '#shared/ports/api-server-of.ts';
import { systemClock } from '#shared/ports/clock.ts';
import type { Ports } from '#shared/ports/ports.ts';
import { deployedConfig } from './deployed-config.ts';
import { readEnvironment } from './environment.ts';
import { landmarkOf } from './landmark.ts';
import { s3Store } from './s3-store.ts';

/** Every function stores, few reach the cluster or send notices: what those need stays out of the others' cold start. */
function onDemand<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    loaded ??= load();
    return loaded;
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
  const notifier = onDemand(async () =>
    (await import('./deployed-notifier.ts')).deployedNotifier(config, environment, clock),
  );
  const secrets = onDemand(async () => (await import('./secrets.ts')).secretReader(clock));
  const clusters = makeClusters({
    eks: async (ref, options) => (await import('./eks.ts')).openEks(ref, { clock, ...options }),
  });
  const prober = onDemand(async () => {
    const [{ otlpProber }, { querySigner }, { defaultProvider }] = await Promise.all([
      import('#shared/wire/otlp/prober.ts'),
      import('./sign-query.ts'),
      import('@aws-sdk/credential-provider-node'),
    ]);
    const landmark = landmarkOf(process.env.AWS_REGION);
    return otlpProber({
      clock,
      deployed: true,
      ...(landmark !== undefined && { side: { landmark } }),
      inVpc: environment.MEDIC_IN_VPC === 'yes',
      secret: async (name) => (await secrets())(name, 'headers'),
      apiServerOf: apiServerOf(config, clusters),
      sign: querySigner(defaultProvider(), clock),
    });
  });
  const executions = onDemand(async () => {
    const { sfnExecutions } = await import('./sfn-executions.ts');
    const arn = environment.MEDIC_FLOW_P0_RESPONSE;
    return sfnExecutions(arn === undefined ? {} : { 'p0-response': arn });
  });
  return {
    config,
    clock,
    clusters,
    store: s3Store({ bucket: environment.MEDIC_BUCKET }),
    notifier: { send: async (message, options) => (await notifier()).send(message, options) },
    // An event must not choose what a deployed function connects to.
    prober: { freeEndpoints: false, probe: async (request, options) => (await prober()).probe(request, options) },
    executions: { start: async (flow, execution, options) => (await executions()).start(flow, execution, options) },
  };
}
