import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { afterAll } from 'vitest';
import { type DeployedFunction, deployedFunctions } from '#infra/aws/functions.ts';
import { MedicStack } from '#infra/aws/stacks/medic-stack.ts';
import { config } from '#shared/domain/config.ts';

const home = mkdtempSync(join(tmpdir(), 'medic-stacks-'));
afterAll(() => rmSync(home, { recursive: true }));

/** The real stack for two clusters and a Slack secret, with empty bundles: what they hold is another test's matter. */
export async function synthesized({
  targets = ['shop', 'billing'],
  schedules = {},
  leaveOut = [] as string[],
  slackSecret = 'otlp-medic/slack',
  otlp = undefined as object[] | undefined,
  vpc = undefined as object | undefined,
} = {}): Promise<{ stack: MedicStack; functions: DeployedFunction[] }> {
  const functions = await deployedFunctions();
  const work = mkdtempSync(join(home, 'stack-'));
  const bundles = new Map(
    functions.map(({ name }) => {
      const dir = join(work, name);
      mkdirSync(dir);
      writeFileSync(join(dir, `${name}.mjs`), `// ${name}`);
      return [name, { dir }] as const;
    }),
  );
  const configured = config.parse({
    targets: targets.map((name) => ({
      name,
      cluster: { eks: `${name}-cluster`, region: 'eu-west-1' },
      alarms: [`${name}-availability`, `${name}-latency-*`],
      otlp: otlp ?? [{ endpoint: `https://otlp.${name}.example.com`, headersSecret: 'otlp-medic/headers' }],
      queries: [
        { kind: 'xray', url: 'https://xray.eu-west-1.amazonaws.com' },
        { kind: 'prometheus', url: `https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/ws-${name}` },
      ],
    })),
    schedules,
    notify: { slack: {} },
    ...(vpc && { vpc }),
  });
  const stack = new MedicStack(new App({ outdir: join(work, 'out') }), 'otlp-medic', {
    config: configured,
    functions,
    bundles,
    slackSecret,
    leaveOut,
    env: { account: '111122223333', region: 'eu-west-1' },
  });
  return { stack, functions };
}
