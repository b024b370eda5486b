import { resolve } from 'node:path';
import type { MedicConfig } from '#shared/domain/config.ts';
import { ConfigError } from '#shared/domain/errors.ts';
import type { Target } from '#shared/domain/target.ts';
import { filesStore } from '#shared/files/store.ts';
import { apiServer } from '#shared/kubernetes/api-server.ts';
import { makeClusters } from '#shared/kubernetes/clusters.ts';
import { apiServerOf } from '#shared/ports/api-server-of.ts';
import { systemClock } from '#shared/ports/clock.ts';
import type { Cluster } from '#shared/ports/cluster.ts';
import type { Notifier } from '#shared/ports/notifier.ts';
import type { Ports } from '#shared/ports/ports.ts';
import { fanOut } from '#shared/wire/fan-out.ts';
import { otlpProber } from '#shared/wire/otlp/prober.ts';
import { slackWebhook } from '#shared/wire/slack-webhook.ts';
import { noDeployedFlows } from './no-deployed-flows.ts';
import type { Sandbox } from './sandbox/sandbox.ts';

/** Heavy, and only a backend of AWS needs it. */
async function awsSigner() {
  const [{ querySigner }, { defaultProvider }] = await Promise.all([
    import('#shared/aws/sign-query.ts'),
    import('@aws-sdk/credential-provider-node'),
  ]);
  return querySigner(defaultProvider(), systemClock);
}

export interface LocalOptions {
  config: MedicConfig;
  /** the target that the command is about: notices about the sandbox go to its own chat, never to a real one */
  target: Target;
  /** directory of the store */
  out: string;
  /** fault of the sandbox */
  scenario: string;
  /** a notice, for the terminal */
  notice(line: string): void;
}

/** The adapters of a machine without AWS: any cluster, files, the terminal and Slack. The sandbox starts when asked for. */
export interface LocalPorts extends AsyncDisposable {
  ports: Ports;
  sandbox(): Promise<Sandbox>;
}

const terminal = (notice: (line: string) => void): Notifier => ({
  async send({ title }) {
    notice(title);
    return [{ channel: 'terminal', delivered: true }];
  },
});

/** The same notices under the name of what really takes them. */
const named = (channel: string, notifier: Notifier): Notifier => ({
  send: async (message, options) => (await notifier.send(message, options)).map((one) => ({ ...one, channel })),
});

async function webhookFrom(variable: string): Promise<string> {
  const url = process.env[variable];
  if (url) return url;
  throw new ConfigError(`notify.slack is configured, but ${variable} is not set: export it or remove notify.slack`);
}

/** On a machine a secret of headers is a variable of the environment. */
async function headersFrom(variable: string): Promise<string> {
  const headers = process.env[variable];
  if (headers) return headers;
  throw new ConfigError(
    `headersSecret names ${variable}, which is not set: export it in the form of OTEL_EXPORTER_OTLP_HEADERS`,
  );
}

export function localPorts({ config, target, out, scenario, notice }: LocalOptions): LocalPorts {
  let started: Promise<{ sandbox: Sandbox; cluster: Cluster }> | undefined;
  const start = async () => {
    const { startSandbox } = await import('./sandbox/sandbox.ts');
    const sandbox = await startSandbox({ scenario });
    return { sandbox, cluster: apiServer({ name: 'sandbox', url: sandbox.url }) };
  };
  const once = () => {
    started ??= start();
    return started;
  };

  const { slack } = config.notify;
  const chats: Notifier[] =
    target.cluster === 'sandbox'
      ? [named('the chat of the sandbox', slackWebhook({ url: async () => (await once()).sandbox.chat.url }))]
      : slack
        ? [slackWebhook({ url: () => webhookFrom(slack.webhookEnv) })]
        : [];

  const clusters = makeClusters({
    sandbox: async () => (await once()).cluster,
    // The clients of AWS and of kubeconfigs are heavy: only a command that needs one waits for it.
    eks: async (ref, options) => (await import('#shared/aws/eks.ts')).openEks(ref, options),
    kubeconfig: async (ref, options) => (await import('#shared/kubernetes/kubeconfig.ts')).openKubeconfig(ref, options),
  });

  return {
    ports: {
      config,
      store: filesStore(resolve(out)),
      clusters,
      notifier: fanOut([terminal(notice), ...chats]),
      clock: systemClock,
      executions: noDeployedFlows,
      prober: otlpProber({
        clock: systemClock,
        deployed: false,
        secret: headersFrom,
        apiServerOf: apiServerOf(config, clusters),
        sign: async (url, body) => (await awsSigner())(url, body),
      }),
    },
    sandbox: async () => (await once()).sandbox,
    async [Symbol.asyncDispose]() {
      // A start that failed has told its caller so, and left nothing to stop.
      const running = await started?.catch(() => undefined);
      running?.cluster.close();
      await running?.sandbox.stop();
    },
  };
}
