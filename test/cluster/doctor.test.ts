import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Check } from '#infra/local/doctor/check.ts';
import { medic } from '#test/support/medic.ts';
import { guideNamespace } from './guide-namespace.ts';
import { bed, putSituation } from './situation.ts';

const client = bed();
const kubeconfig = process.env.MEDIC_TEST_KUBECONFIG ?? '';
const folder = mkdtempSync(join(tmpdir(), 'otlp-medic-doctor-'));
const visitorFile = join(folder, 'visitor.kubeconfig');
const namespace = 'doctor';
const visitor = `${namespace}:visitor`;
/** what was granted beyond the namespace, to be taken back */
const granted: string[][] = [];

interface Examined {
  code: number | null;
  checks: Check[];
  stderr: string;
}

async function doctor(file: string, ...more: string[]): Promise<Examined> {
  const args = ['doctor', '--target', 'guide', '--kubeconfig', file, '--format', 'json', ...more];
  const { code, stdout, stderr } = await medic(args, { cwd: folder });
  expect(stdout, stderr).not.toBe('');
  return { code, stderr, ...(JSON.parse(stdout) as { checks: Check[] }) };
}

const found = ({ checks }: Examined, name: string) => checks.find((check) => check.name === name);
const notWell = ({ checks }: Examined) =>
  checks
    .filter(({ outcome }) => outcome === 'fail' || outcome === 'warn')
    .map(({ name, detail }) => `${name}: ${detail}`);
const commandsOf = ({ checks }: Examined, start: string) => [
  ...new Set(checks.flatMap(({ commands = [] }) => commands).filter((command) => command.startsWith(start))),
];

/** Runs the command as it was printed, and gives what it makes to the visitor. */
async function grant(command: string): Promise<void> {
  const words = command.split(' ').slice(1);
  await client.kubectl(...words);
  const [, kind = '', name = ''] = words;
  const at = words.indexOf('-n');
  const where = at < 0 ? [] : words.slice(at, at + 2);
  await client.kubectl('create', `${kind}binding`, name, ...where, `--${kind}=${name}`, `--serviceaccount=${visitor}`);
  if (where[1] !== namespace) granted.push([...where, 'delete', `${kind},${kind}binding`, name]);
}

const mayVisitor = async (question: string): Promise<string> => {
  const words = question.split(' ').slice(1);
  const as = `--as=system:serviceaccount:${visitor}`;
  return client.kubectl(...words, as).then(
    (said) => said.trim(),
    () => 'no',
  );
};

beforeAll(async () => {
  const serviceAccount = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'visitor', namespace } };
  const parts = guideNamespace(namespace);
  const objects = [...Object.values(parts), serviceAccount];
  await putSituation(client, { namespace, objects, available: ['otlp-app', 'otel-collector'] });
  const token = (await client.kubectl('-n', namespace, 'create', 'token', 'visitor', '--duration=1h')).trim();
  const config = JSON.parse(readFileSync(kubeconfig, 'utf8'));
  config.users[0].user = { token };
  writeFileSync(visitorFile, JSON.stringify(config));
  const target = { name: 'guide', cluster: { kubeconfig }, namespace };
  writeFileSync(join(folder, 'medic.config.ts'), `export default ${JSON.stringify({ targets: [target] })};`);
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  for (const each of granted) await client.kubectl(...each);
  await client.kubectl('delete', 'namespace', '--wait=false', namespace);
});

describe('medic doctor on a real control plane', () => {
  it('finds nothing amiss for an administrator', async () => {
    const examined = await doctor(kubeconfig);
    expect(notWell(examined), examined.stderr).toEqual([]);
    expect(examined.code).toBe(0);
    expect(found(examined, 'version')?.detail).toMatch(/^v1\.36\..*tested with 1\.36/);
    expect(found(examined, 'secrets')?.outcome).toBe('pass');
    expect(found(examined, 'object: deployment/otlp-app')?.outcome).toBe('pass');
  });

  it('names what a caller lacks, and what it prints mends it', async () => {
    const before = await doctor(visitorFile);
    expect(before.code).toBe(1);
    for (const name of ['diagnose', 'restart-rollout', 'verify-recovery'])
      expect(found(before, `permissions: ${name}`)?.outcome, name).toBe('fail');
    expect(found(before, 'secrets')?.outcome).toBe('not-checked');
    expect(found(before, 'object: deployment/otlp-app')?.outcome).toBe('not-checked');

    const questions = commandsOf(before, 'kubectl auth can-i ');
    const roles = commandsOf(before, 'kubectl create ');
    expect({ questions: questions.length > 3, roles: roles.length > 3 }).toEqual({ questions: true, roles: true });
    for (const question of questions) expect(await mayVisitor(question), question).toBe('no');
    for (const role of roles) await grant(role);
    for (const question of questions) expect(await mayVisitor(question), question).toBe('yes');

    await expect.poll(async () => notWell(await doctor(visitorFile)), { timeout: 20_000 }).toEqual([]);
    const after = await doctor(visitorFile);
    expect(after.code, after.stderr).toBe(0);
    expect(found(after, 'secrets')?.outcome).toBe('pass');
  });

  it('that is well for a caller is enough for the functions', async () => {
    const ran = await medic(['diagnose', '--target', 'guide', '--kubeconfig', visitorFile, '--format', 'json'], {
      cwd: folder,
    });
    const { coverage } = JSON.parse(ran.stdout) as { coverage: { notChecked: { check: string; why: string }[] } };
    expect(coverage.notChecked.filter(({ why }) => why.includes('forbidden'))).toEqual([]);
    const restart = await medic(
      ['restart-rollout', '--target', 'guide', '--kubeconfig', visitorFile, '--format', 'json'],
      {
        cwd: folder,
      },
    );
    expect(restart.stdout).not.toContain('forbidden');
  });

  it('tells a right that is taken back, by the name of its function', async () => {
    const roles = JSON.parse(await client.kubectl('-n', namespace, 'get', 'roles', '-o', 'json')) as {
      items: { metadata: { name: string }; rules: { verbs: string[] }[] }[];
    };
    const patching = roles.items.filter(({ rules }) => rules.some(({ verbs }) => verbs.includes('patch')));
    expect(patching.length).toBe(1);
    for (const { metadata } of patching) await client.kubectl('-n', namespace, 'delete', 'role', metadata.name);
    await expect
      .poll(async () => notWell(await doctor(visitorFile)), { timeout: 20_000 })
      .toEqual([
        expect.stringMatching(/^permissions: restart-rollout: may not .*patch deployments\.apps\/otlp-app in doctor/),
      ]);
  });

  it('names an object that the configuration names and the namespace lacks', async () => {
    await client.kubectl('-n', namespace, 'delete', 'deployment', 'otlp-app');
    const examined = await doctor(kubeconfig);
    expect(notWell(examined)).toEqual(['object: deployment/otlp-app: does not exist in doctor']);
    expect(examined.code).toBe(1);
  });

  it("says in a person's words what a server out of reach is", async () => {
    const dead = join(folder, 'dead.kubeconfig');
    writeFileSync(dead, readFileSync(kubeconfig, 'utf8').replace(/https:\/\/127\.0\.0\.1:\d+/, 'https://127.0.0.1:9'));
    const { code, stdout, stderr } = await medic(['doctor', '--kubeconfig', dead, '--namespace', namespace], {
      cwd: folder,
    });
    expect(code, stderr).toBe(2);
    expect(stdout).toMatch(/✖ cluster +connect: .*refused[\s\S]*fix: /);
    expect(`${stdout}${stderr}`).not.toMatch(/^\s+at /m);
  });
});
