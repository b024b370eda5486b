import { UnavailableError } from '#shared/domain/errors.ts';
import type { User } from './api/access.ts';
import { type ApiServer, startApiServer } from './api/server.ts';
import { type ChatMessage, startChatSink } from './chat-sink.ts';
import { SandboxCluster } from './cluster.ts';
import { AGE_SECONDS, liveThrough } from './history.ts';
import type { Scenario, ScenarioInfo } from './scenarios/scenario.ts';
import { infoOf, scenarioNamed } from './scenarios.ts';

const SEED = 20_261_125;
/** Cluster time that a fault may take to be seen; a scenario that needs more is at fault itself. */
const VISIBLE_WITHIN_SECONDS = 900;

export interface Sandbox extends AsyncDisposable {
  /** of the API server: http://127.0.0.1:PORT, no credentials */
  readonly url: string;
  /** how many requests the API server has turned away with 429 */
  turnedAway(): number;
  readonly chat: { url: string; messages(): ChatMessage[] };
  /** the last one that was put in */
  readonly scenario: ScenarioInfo;
  readonly cluster: SandboxCluster;
  /** Puts another fault into the running cluster, and returns when it is to be seen. */
  inject(scenario: string): Promise<void>;
  /** Ends every process, port and timer. */
  stop(): Promise<void>;
}

interface SandboxOptions {
  /** default: healthy */
  scenario?: string;
  /** how many times shorter than they say the cluster's waits are; default 20 */
  speed?: number;
  /** callers with limits, beside the administrator who needs no token */
  users?: readonly User[];
  /** requests that the API server serves at once; it answers 429 to more. Default: any number */
  maxInFlight?: number;
}

/**
 * A cluster with the guide's namespace, and a fault in it that can be seen already. `speed` shortens every wait of the
 * cluster from then on; stamps stay those of the wall clock.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { speed = 20, users = [], maxInFlight } = options;
  let scenario = scenarioNamed(options.scenario ?? 'healthy');
  const start = new Date(Date.now() - AGE_SECONDS * 1000);
  const cluster = new SandboxCluster({ start, speed, seed: SEED });
  const chat = await startChatSink();
  let api: ApiServer | undefined;
  const stop = async () => {
    await Promise.all([api?.stop(), chat.stop(), cluster.stop()]);
  };
  try {
    await liveThrough(cluster, scenario.age);
    await scenario.put(cluster);
    await cluster.timeline.replay((Date.now() - cluster.timeline.now().getTime()) / 1000);
    cluster.timeline.goLive();
    await untilVisible(cluster, scenario);
    api = await startApiServer(cluster, users, maxInFlight);
  } catch (error) {
    await stop();
    throw error;
  }
  const { url, turnedAway } = api;
  return {
    url,
    turnedAway,
    chat: { url: chat.url, messages: chat.messages },
    get scenario() {
      return infoOf(scenario);
    },
    cluster,
    inject: async (name) => {
      scenario = scenarioNamed(name);
      await scenario.put(cluster);
      await untilVisible(cluster, scenario);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function untilVisible(cluster: SandboxCluster, scenario: Scenario): Promise<void> {
  const deadline = cluster.timeline.elapsed() + VISIBLE_WITHIN_SECONDS;
  while (!scenario.visible(cluster)) {
    if (cluster.timeline.elapsed() > deadline)
      throw new UnavailableError(`the sandbox's scenario "${scenario.name}" does not show: report it as a bug`);
    await cluster.timeline.pass(1);
  }
}
