import type { MedicConfig } from '#shared/domain/config.ts';
import type { Target } from '#shared/domain/target.ts';
import type { Ports } from '#shared/ports/ports.ts';
import type { LocalRuntime } from '../runtime.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { scenarioNamed } from '../sandbox/scenarios.ts';
import { nowOf } from './flow-words.ts';
import type { CommonFlags } from './options.ts';
import { liveProgress, type Progress } from './progress.ts';
import type { Session } from './session.ts';
import { usableStore } from './store-place.ts';
import { whereTo } from './where.ts';

const DEFAULT_SCENARIO = 'stuck-process';

/** All that a command works with; it ends with the command. */
export interface Environment {
  config: MedicConfig;
  target: Target;
  ports: Ports;
  runtime: LocalRuntime;
  progress: Progress;
  /** runs one function as Lambda would */
  invoke(functionName: string, event: unknown): Promise<unknown>;
  sandbox(): Promise<Sandbox>;
}

/** Opens what the flags mean, hands it to `use`, and closes it whatever happens. */
export async function withEnvironment(
  flags: CommonFlags,
  session: Session,
  use: (environment: Environment) => Promise<void>,
): Promise<void> {
  const scenario = scenarioNamed(flags.scenario ?? DEFAULT_SCENARIO).name;
  const { config, target } = await whereTo(flags, session.cwd);
  const out = usableStore(flags.out, session.cwd);
  const progress = liveProgress();
  // Loaded when something is to be done: a help text or a wrong flag need not wait for them.
  const [{ localPorts }, { localRuntime }] = await Promise.all([import('../ports.ts'), import('../runtime.ts')]);
  await using local = localPorts({
    config,
    target,
    out,
    scenario,
    notice: progress.note,
  });
  const runtime = localRuntime({
    ports: local.ports,
    signal: session.signal,
    ...(process.env.MEDIC_DEBUG === '1' && { sink: (line) => session.say(JSON.stringify(line)) }),
  });
  await use({
    config,
    target,
    ports: local.ports,
    runtime,
    progress,
    invoke: (name, event) => progress.during(nowOf(name), runtime.invoke(name, event)),
    sandbox: local.sandbox,
  });
}
