import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NOT_SHOWN } from '#shared/diagnosis/catalogue/not-shown.ts';
import { CATALOGUE } from '#shared/diagnosis/catalogue.ts';

const root = mkdtempSync(join(tmpdir(), 'medic-generate-'));
const generate = (...flags: string[]) =>
  spawnSync(process.execPath, ['scripts/generate.ts', '--root', root, ...flags], { encoding: 'utf8' });

beforeAll(() => {
  expect(generate()).toMatchObject({ status: 0, stderr: '' });
});
afterAll(() => rmSync(root, { recursive: true }));

describe('scripts/generate.ts', () => {
  it('writes a JSON Schema of each published shape and the page of functions', () => {
    expect(readdirSync(join(root, 'docs/schema'))).toEqual(
      expect.arrayContaining(['config.json', 'diagnosis.json', 'finding.json', 'incident.json', 'probe-result.json']),
    );
    const diagnosis = JSON.parse(readFileSync(join(root, 'docs/schema/diagnosis.json'), 'utf8'));
    expect(diagnosis.required).toEqual(expect.arrayContaining(['schemaVersion', 'verdict', 'rootCauses', 'coverage']));
    expect(readFileSync(join(root, 'docs/functions.md'), 'utf8')).toContain('# Functions');
  });

  it('writes every fault code into one table of the reference, with what can help', () => {
    const page = readFileSync(join(root, 'docs/faults.md'), 'utf8');
    const codes = [...page.matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, code]) => code);
    expect(codes.toSorted()).toEqual([...Object.keys(CATALOGUE), ...Object.keys(NOT_SHOWN)].toSorted());
    expect(page).toMatch(
      /^\| `image-not-found` \| P1 \| .* \| rollback \(if the newest revision brought it\) \| .*deployment-progress-deadline/m,
    );
    expect(page).toMatch(/^\| `service-no-ready-endpoints` \| P1 \| .* \| follow the cause \| /m);
  });

  it('shows settings as they are written: what has a default is optional', () => {
    const config = JSON.parse(readFileSync(join(root, 'docs/schema/config.json'), 'utf8'));
    expect(config.required).toBeUndefined();
    expect(config.additionalProperties).toBe(false);
  });

  it('names a stale, a missing and a surplus file under --check, and mends them without it', () => {
    expect(generate('--check')).toMatchObject({ status: 0, stderr: '' });

    appendFileSync(join(root, 'docs/schema/finding.json'), ' ');
    rmSync(join(root, 'docs/schema/incident.json'));
    writeFileSync(join(root, 'docs/schema/gone.json'), '{}');
    const { status, stderr } = generate('--check');
    expect(status).toBe(1);
    expect(stderr).toMatch(/finding\.json is stale[\s\S]*incident\.json is stale[\s\S]*gone\.json is made by nothing/);

    expect(generate().status).toBe(0);
    expect(generate('--check')).toMatchObject({ status: 0, stderr: '' });
  });
});
