import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { analyzedLogs } from '#shared/domain/analyzed-log.ts';
import { logAnalysis } from '#shared/domain/log-analysis.ts';
import { CLI, medic } from '#test/support/medic.ts';
import { LOG } from '#test/support/sample-logs.ts';

const root = mkdtempSync(join(tmpdir(), 'medic-logs-'));
afterAll(() => rmSync(root, { recursive: true }));
writeFileSync(join(root, 'app.log'), LOG);
writeFileSync(join(root, 'app.gz'), Buffer.concat([gzipSync(LOG.slice(0, 5000)), gzipSync(LOG.slice(5000))]));
writeFileSync(join(root, 'cut.gz'), gzipSync(LOG).subarray(0, 300));
writeFileSync(join(root, 'empty.log'), '');
mkdirSync(join(root, 'folder'));

const analyze = (args: string[], stdin?: string) =>
  medic(['analyze-logs', ...args], { cwd: root, ...(stdin !== undefined && { stdin }) });

describe('medic analyze-logs', { timeout: 60_000 }, () => {
  it('prints the LogAnalysis of a file alone as JSON, the same of a packed one and of stdin, and exits 0', async () => {
    const [file, packed, piped, bare] = await Promise.all([
      analyze(['app.log', '--format', 'json']),
      analyze(['app.gz', '--format', 'json']),
      analyze(['-', '--format', 'json'], LOG),
      analyze(['--format', 'json'], LOG),
    ]);
    expect(file).toMatchObject({ code: 0, stderr: '' });
    const answer = logAnalysis.parse(JSON.parse(file.stdout));
    expect(answer).toMatchObject({ lines: 167, levels: { error: 41, warn: 1, info: 120, debug: 0 }, panics: 1 });
    expect(answer).not.toHaveProperty('assignments');
    expect([packed.stdout, piped.stdout, bare.stdout]).toEqual([file.stdout, file.stdout, file.stdout]);
  });

  it('adds the template of each line, and takes another limit for slow operations', async () => {
    const { stdout } = await analyze(['app.log', '--assignments', '--slow', '5000', '--format', 'json']);
    const { assignments = [], slow, templates } = logAnalysis.parse(JSON.parse(stdout));
    expect(assignments).toHaveLength(167);
    expect(templates.find(({ id }) => id === assignments[0])?.template).toContain('batch received');
    expect(slow).toEqual([]);
  });

  it('is written for a person otherwise, and an empty log is no error', async () => {
    const [shown, empty] = await Promise.all([analyze(['app.log']), analyze(['empty.log'])]);
    expect(shown.stdout).toMatch(/^app\.log\n167 lines: 41 errors, 1 warning, 1 crash/);
    expect(empty).toMatchObject({ code: 0, stdout: expect.stringContaining('0 lines: no errors or warnings') });
  });

  it.each([
    [['nowhere.log'], 'medic: nowhere.log: there is no such file'],
    [['folder'], 'medic: folder: is a directory, a file is needed'],
    [['cut.gz'], 'medic: cut.gz: is gzip, but damaged or cut short'],
    [['app.log', '--pod', 'app-1'], 'medic: --pod does not go with app.log, which is read whole'],
    [['app.log', '--slow', 'soon'], 'medic: --slow: expected number, received string'],
    [['--pod', 'nobody'], 'medic: --pod nobody: no such pod in otlp-system'],
  ])('exits 2 with one clear line for %j', async (args, line) => {
    const { code, stdout, stderr } = await analyze(args);
    expect({ code, stdout, stderr: stderr.trim() }).toEqual({ code: 2, stdout: '', stderr: line });
  });

  it('reads the containers of a target', async () => {
    const { code, stdout } = await analyze(['--scenario', 'backend-refuses', '--format', 'json']);
    const { logs, notChecked } = analyzedLogs.parse(JSON.parse(stdout));
    expect({ code, notChecked }).toEqual({ code: 0, notChecked: [] });
    expect(logs[0]).toMatchObject({ container: 'otel-collector', classes: { auth: expect.any(Number) } });
    expect(logs).toHaveLength(4);
  });

  it('holds little of a long stream', async () => {
    const child = spawn(process.execPath, [CLI, 'analyze-logs', '-', '--format', 'json'], {
      cwd: root,
      env: { PATH: process.env.PATH, NODE_OPTIONS: '--max-old-space-size=128' },
    });
    const answer = text(child.stdout);
    const block = Buffer.from(`${LOG}\n`.repeat(400));
    const blocks = Math.ceil(150e6 / block.length);
    for (let n = 0; n < blocks; n++)
      if (!child.stdin.write(block)) await new Promise((resolve) => child.stdin.once('drain', resolve));
    child.stdin.end();
    expect(JSON.parse(await answer).lines).toBe(167 * 400 * blocks);
  });
});
