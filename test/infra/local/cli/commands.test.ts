import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { allFunctions } from '#infra/local/cli/functions.ts';
import { makeProgram } from '#infra/local/cli/program.ts';
import { SCENARIOS } from '#infra/local/sandbox/scenarios.ts';
import { CLI, medic } from '#test/support/medic.ts';

const root = mkdtempSync(join(tmpdir(), 'medic-commands-'));
afterAll(() => rmSync(root, { recursive: true }));

/** What the program prints for these arguments. */
async function printed(...argv: string[]): Promise<string> {
  let text = '';
  const print = (part: string) => {
    text += part;
  };
  const session = { cwd: root, signal: new AbortController().signal, print, say: print };
  const program = await makeProgram({ session, end: () => undefined });
  await program
    .parseAsync(argv, { from: 'user' })
    .catch((error: { exitCode?: number }) => expect(error.exitCode).toBe(0));
  return text;
}

describe('help', { timeout: 60_000 }, () => {
  it('lists every function and flow with what it does, and is what no arguments at all get', async () => {
    const { code, stdout, stderr } = await medic([]);
    const functions = await allFunctions();
    for (const name of ['respond', 'doctor', 'scenarios', 'open', 'invoke', ...functions.map((one) => one.name)])
      expect(stdout).toMatch(new RegExp(`^  ${name} .*\\w`, 'm'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(await printed('--help')).toBe(stdout);
  });

  it('of every command has examples that begin with its name, and describes each flag', async () => {
    const functions = (await allFunctions()).map(({ name }) => name);
    for (const name of ['respond', 'doctor', 'scenarios', 'open', 'invoke', ...functions]) {
      const text = await printed(name, '--help');
      expect(text).toMatch(new RegExp(`Examples:[\\s\\S]*medic ${name}`));
      expect(text).not.toMatch(/^ {2}--\S+( <\S+>)? *$(?!\n {4})/m);
    }
  });
});

describe('sample events', () => {
  it('are accepted by the schema of their function, and there is one for each', async () => {
    for (const { name, input, examples } of await allFunctions()) {
      expect(examples.length, name).toBeGreaterThan(0);
      for (const { event } of examples) expect(input.safeParse(event).error, name).toBeUndefined();
    }
  });

  it('may be empty for every function', async () => {
    for (const { name, input } of await allFunctions()) expect(input.safeParse({}).error, name).toBeUndefined();
  });
});

describe('commands', { timeout: 60_000 }, () => {
  it('scenarios lists the faults of the sandbox and how each ends', async () => {
    const { stdout } = await medic(['scenarios', '--format', 'json']);
    expect(JSON.parse(stdout)).toEqual({ scenarios: SCENARIOS });
    const text = await medic(['scenarios']);
    for (const { name, ends } of SCENARIOS) expect(text.stdout).toMatch(new RegExp(`^${name} +${ends} `, 'm'));
  });

  it('a function and its event from stdin give the same answer', async () => {
    const [flags, event] = await Promise.all([
      medic(['open-incident', '--severity', 'P2', '--format', 'json'], { cwd: root }),
      medic(['invoke', 'open-incident', '--event', '-'], { cwd: root, stdin: '{"target":"sandbox","severity":"P2"}' }),
    ]);
    const answer = ({ stdout }: { stdout: string }) => JSON.parse(stdout) as { opened: string; severity: string };
    expect(answer(flags)).toMatchObject({ opened: 'planned', severity: 'P2' });
    expect(answer(event)).toMatchObject({ opened: 'planned', severity: 'P2' });
  });

  it('open prints where the report is when there is no display', async () => {
    writeFileSync(join(root, 'report.html'), '<!doctype html>');
    const { code, stdout } = await medic(['open', root], { cwd: root });
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${join(root, 'report.html')}\n` });
  });

  it('a reader that closes the pipe is no error', async () => {
    const child = spawn(process.execPath, [CLI, '--help']);
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('Ctrl-C ends a flow with 130, one line, and nothing left running', async () => {
    const child = spawn(process.execPath, [CLI, 'respond', '--out', join(root, 'stopped'), '--wait-scale', '1'], {
      cwd: root,
    });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
      if (String(chunk).includes('Waiting')) child.kill('SIGINT');
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect({ code, last: stderr.trim().split('\n').at(-1) }).toEqual({ code: 130, last: 'medic: interrupted' });
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
