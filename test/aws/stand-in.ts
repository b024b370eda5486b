import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MINISTACK, PYTHON } from '../../scripts/aws-stand-in/place.ts';

const START_LIMIT_MS = 30_000;
const LAST_WORDS = 2_000;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port on 127.0.0.1');
  return address.port;
}

export interface StandIn {
  url: string;
  /** what an AWS client of a test needs to reach it */
  environment: Record<string, string>;
  stop(): Promise<void>;
}

/** AWS on loopback alone. `settings` are ministack's own variables. */
export async function startStandIn(settings: Record<string, string> = {}): Promise<StandIn> {
  const port = await freePort();
  const url = `${settings.USE_SSL ? 'https' : 'http'}://127.0.0.1:${port}`;
  const home = mkdtempSync(join(tmpdir(), 'medic-aws-'));
  const environment = {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'eu-west-1',
    // Twelve digits: the stand-in takes them for the account.
    AWS_ACCESS_KEY_ID: '111122223333',
    AWS_SECRET_ACCESS_KEY: 'stand-in',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
  const stack = spawn(PYTHON, ['-m', 'ministack'], {
    cwd: home,
    env: {
      ...process.env,
      // Its Lambda workers look for `node`: the one that runs the tests comes first.
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      HOME: home,
      TMPDIR: home,
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      IOT_MTLS_ENABLED: '0',
      SFN_WAIT_SCALE: '0.05',
      LAMBDA_EXECUTOR: 'local',
      // Functions inherit it: another stand-in's would lead them there.
      AWS_ENDPOINT_URL: url,
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let words = '';
  for (const stream of [stack.stdout, stack.stderr])
    stream.on('data', (chunk) => {
      words = (words + chunk).slice(-LAST_WORDS);
    });
  const ended = once(stack, 'exit');
  // Where the run is cut off, no teardown follows.
  const kill = () => stack.kill();
  process.once('exit', kill);

  async function stop() {
    process.off('exit', kill);
    stack.kill();
    await ended;
    rmSync(home, { recursive: true, force: true });
  }

  const deadline = Date.now() + START_LIMIT_MS;
  const isReady = () =>
    fetch(`${url}/_ministack/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isReady())) {
    if (stack.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`ministack ${MINISTACK} did not start:\n${words}`);
    }
    await sleep(100);
  }
  return { url, environment, stop };
}

/** One stand-in for the whole tier; every AWS client of the tests is pointed at it. */
export async function setup() {
  const { environment, stop } = await startStandIn();
  Object.assign(process.env, environment);
  return stop;
}
