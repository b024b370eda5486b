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

  it('writes an index of every fault code, and a page for each layer', () => {
    const read = (name: string) => readFileSync(join(root, 'docs/faults', name), 'utf8');
    const index = read('README.md');
    const rows = [...index.matchAll(/^\| \[`([a-z0-9-]+)`\]\(([a-z]+\.md)#\1\) \|/gm)];
    expect(rows.map(([, code]) => code).toSorted()).toEqual(Object.keys(CATALOGUE).toSorted());
    for (const [, code, page] of rows) expect(read(`${page}`)).toContain(`\n## ${code}\n`);

    const pages = readdirSync(join(root, 'docs/faults')).filter((name) => name !== 'README.md');
    const unseen = pages.flatMap((name) => [...read(name).matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, code]) => code));
    expect(unseen.toSorted()).toEqual(Object.keys(NOT_SHOWN).toSorted());
  });

  it('says of a fault how it is seen, what can help and why, and what it explains', () => {
    const entryOf = (page: string, code: string) =>
      readFileSync(join(root, 'docs/faults', page), 'utf8')
        .split(/^## /m)
        .find((part) => part.startsWith(`${code}\n`)) ?? '';
    const image = entryOf('application.md', 'image-not-found');
    expect(image).toMatch(/How it is seen:\n {2}- Why an image cannot be had: .*application\/image-pull\.ts/);
    expect(image).toMatch(/\*\*rollback\*\*: .*only if the fault began after the newest revision appeared/);
    expect(image).toMatch(
      /Explains: .*\[`deployment-progress-deadline`\]\(application\.md#deployment-progress-deadline\)/,
    );
    expect(entryOf('network.md', 'service-no-ready-endpoints')).toMatch(
      /its cause says what can help[\s\S]*Explained by: /,
    );
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
    writeFileSync(join(root, 'docs/faults/gone.md'), '');
    const { status, stderr } = generate('--check');
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /finding\.json is stale[\s\S]*incident\.json is stale[\s\S]*gone\.json is made by nothing[\s\S]*gone\.md is made by nothing/,
    );

    expect(generate().status).toBe(0);
    expect(generate('--check')).toMatchObject({ status: 0, stderr: '' });
  });
});
