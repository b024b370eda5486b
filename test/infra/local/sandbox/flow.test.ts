import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { localPorts } from '#infra/local/ports.ts';
import { localRuntime } from '#infra/local/runtime.ts';
import { SCENARIOS } from '#infra/local/sandbox/scenarios.ts';
import { sandboxTarget } from '#infra/local/sandbox/target.ts';
import { config as configSchema } from '#shared/domain/config.ts';
import { report as reportSchema } from '#shared/report/model.ts';

const root = mkdtempSync(join(tmpdir(), 'medic-scenarios-'));
afterAll(() => rmSync(root, { recursive: true }));

/** The first root cause that an engineer on call would name, and what was done to the app. */
const EXPECTED: Record<string, { cause: string | undefined; restarts: number }> = {
  healthy: { cause: undefined, restarts: 0 },
  'healthy-but-noisy': { cause: undefined, restarts: 0 },
  'stuck-process': { cause: 'readiness-probe-failing', restarts: 1 },
  'memory-leak': { cause: 'container-oom-killed', restarts: 1 },
  'bad-image': { cause: 'image-not-found', restarts: 0 },
  'bad-configmap-in-place': { cause: 'config-toml-invalid', restarts: 0 },
  'bad-configmap-new-revision': { cause: 'config-toml-invalid', restarts: 0 },
  'init-container-fails': { cause: 'init-container-failed', restarts: 0 },
  'secret-key-missing': { cause: 'secret-key-missing', restarts: 0 },
  'quota-exhausted': { cause: 'quota-exceeded', restarts: 0 },
  'webhook-down': { cause: 'image-not-found', restarts: 0 },
  'network-policy-default-deny': { cause: 'netpol-egress-denies-collector', restarts: 0 },
  'dependency-down': { cause: 'deployment-scaled-to-zero', restarts: 0 },
  'node-lost': { cause: 'node-not-ready', restarts: 0 },
  'collector-config-broken': { cause: 'collector-config-invalid', restarts: 0 },
  'backend-refuses': { cause: 'collector-export-permanent', restarts: 0 },
};

async function respond(scenario: string) {
  const config = configSchema.parse({ targets: [sandboxTarget] });
  const [target] = config.targets;
  if (!target) throw new Error('the configuration has no target');
  await using local = localPorts({ config, target, out: join(root, scenario), scenario, notice: () => undefined });
  await local.sandbox();
  const trigger = { source: 'cli', id: scenario };
  const input = { target: 'sandbox', trigger, mode: 'act', drill: false };
  const runtime = localRuntime({ ports: local.ports });
  const result = await runtime.execute('p0-response', input, { waitScale: 1 / 20 });
  if (result.status !== 'SUCCEEDED') throw new Error(JSON.stringify(result));
  const { reports } = result.output as { reports: { json: string } };
  const stored = await local.ports.store.read(reports.json);
  return reportSchema.parse(JSON.parse(String(stored?.body)));
}

describe('the P0 flow', () => {
  it.concurrent.each(SCENARIOS)('ends $ends for $name, for the right reason', { timeout: 60_000 }, async (scenario) => {
    const report = await respond(scenario.name);
    const restarts = report.incident?.actions.filter(({ outcome }) => outcome.result === 'done').length;
    expect({ outcome: report.outcome, cause: report.diagnosis?.rootCauses[0]?.code, restarts }).toEqual({
      outcome: scenario.ends,
      ...(EXPECTED[scenario.name] ?? expect.fail('no cause is expected of it yet')),
    });
  });
});
