import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { medic } from '#test/support/medic.ts';

const folder = mkdtempSync(join(tmpdir(), 'medic-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return name;
}
const kubeconfig = (server: string) =>
  JSON.stringify({
    'current-context': 'here',
    clusters: [{ name: 'here', cluster: { server } }],
    contexts: [{ name: 'here', context: { cluster: 'here', user: 'me' } }],
    users: [{ name: 'me', user: { token: 'sentinel-token-4711' } }],
  });
mkdirSync(join(folder, 'a-folder'));

/** What was given, and what the one line on stderr must say. */
const CASES: [string, string[], RegExp][] = [
  ['an unknown flag', ['diagnose', '--namspace', 'x'], /unknown option '--namspace' \(Did you mean --namespace\?\)/],
  ['an unknown command', ['diagnoze'], /unknown command 'diagnoze' \(Did you mean diagnose\?\)/],
  ['a surplus argument', ['scenarios', 'more'], /too many arguments/],
  ['a flag without its value', ['diagnose', '--target'], /'--target <name>' argument missing/],
  ['an unknown format', ['diagnose', '--format', 'xml'], /'xml' is invalid. Allowed choices are text, json, markdown/],
  ['a value of the wrong type', ['open-incident', '--severity', 'P9'], /--severity: expected one of "P0"\|"P1"/],
  ['a wait scale that is no number', ['respond', '--wait-scale', 'fast'], /'fast' is invalid. Write a number/],
  ['an unknown target', ['diagnose', '--target', 'sandbux'], /unknown target "sandbux": did you mean "sandbox"\?/],
  [
    'an unknown scenario',
    ['respond', '--scenario', 'bad-imag'],
    /unknown scenario "bad-imag": did you mean "bad-image"\?.*medic scenarios/,
  ],
  [
    'a scenario for a real cluster',
    ['respond', '--kubeconfig', file('k0', kubeconfig('https://127.0.0.1:1')), '--scenario', 'bad-image'],
    /--scenario puts a fault into the sandbox/,
  ],
  [
    'a kubeconfig that is not there',
    ['diagnose', '--kubeconfig', 'nowhere'],
    /--kubeconfig nowhere: there is no such file/,
  ],
  ['a kubeconfig that is a folder', ['diagnose', '--kubeconfig', 'a-folder'], /--kubeconfig a-folder: is not a file/],
  ['a kubeconfig that is no YAML', ['diagnose', '--kubeconfig', file('k1', 'a: [')], /k1: line 1 is not valid YAML/],
  [
    'a kubeconfig without the context',
    ['diagnose', '--kubeconfig', file('k2', kubeconfig('https://127.0.0.1:1')), '--context', 'there'],
    /there/,
  ],
  [
    'a namespace that cannot be one',
    ['diagnose', '--kubeconfig', file('k3', kubeconfig('https://127.0.0.1:1')), '--namespace', 'Not_One'],
    /--namespace: is not a Kubernetes namespace name/,
  ],
  ['a namespace that is too long', ['diagnose', '--namespace', 'a'.repeat(64)], /--namespace: is longer than the 63/],
  ['a kubeconfig without a name', ['diagnose', '--kubeconfig', ''], /--kubeconfig: name a file/],
  ['a target that is nothing like one', ['diagnose', '--target', 'zzzzzz'], /"zzzzzz": medic.config.ts has sandbox/],
  ['a store that is a file', ['respond', '--out', file('o1', '')], /--out o1: is a file, a directory is needed/],
  [
    'a store inside a file',
    ['check-health', '--out', `${file('o2', '')}/x/y`],
    /--out o2\/x\/y: a part of it is a file/,
  ],
  ['a store without a name', ['diagnose', '--out', ''], /--out: name a directory/],
  ['help of a command that is none', ['help', 'diagnoze'], /unknown command 'diagnoze' \(Did you mean diagnose\?\)/],
  [
    'a configuration that is a folder',
    ['diagnose', '--config', 'a-folder'],
    /a-folder: is a directory, a file is needed/,
  ],
  [
    'a configuration that is no code',
    ['rbac', '--config', file('c0.md', '# x')],
    /c0\.md: is no TypeScript or JavaScript/,
  ],
  [
    'a configuration that exports nothing',
    ['diagnose', '--config', file('c4.ts', 'const config = { targets: [] };')],
    /c4\.ts: has no default export/,
  ],
  [
    'a snapshot that is not there',
    ['diagnose', '--snapshot', 'nowhere.json'],
    /--snapshot nowhere.json: there is no such file/,
  ],
  ['a snapshot that is no JSON', ['diagnose', '--snapshot', file('s1', 'kind: List')], /--snapshot s1: is not JSON/],
  ['a snapshot that is something else', ['diagnose', '--snapshot', file('s2', '{"hello":1}')], /--snapshot s2: /],
  [
    'a configuration that is not there',
    ['diagnose', '--config', 'nowhere.ts'],
    /--config nowhere.ts: there is no such file/,
  ],
  [
    'a configuration with an unknown key',
    ['diagnose', '--config', file('c1.ts', 'export default { polcy: {} };')],
    /c1\.ts: polcy is not a setting: did you mean "policy"\?/,
  ],
  [
    'a configuration with a wrong type',
    ['diagnose', '--config', file('c2.ts', 'export default { targets: 1 };')],
    /c2\.ts: targets: expected array, received number/,
  ],
  [
    'a configuration that does not parse',
    ['diagnose', '--config', file('c3.ts', 'export default {\n  targets: ]\n};')],
    /c3\.ts:2: /,
  ],
  [
    'an event that is not there',
    ['invoke', 'diagnose', '--event', 'nowhere.json'],
    /--event nowhere.json: there is no such file/,
  ],
  [
    'an event that is no JSON',
    ['invoke', 'diagnose', '--event', file('e1', '{"target": }')],
    /--event e1: is not JSON/,
  ],
  [
    'an event with an unknown field',
    ['invoke', 'diagnose', '--event', file('e2', '{"tarjet": "a"}')],
    /tarjet is not a field: did you mean "target"\?/,
  ],
  ['an unknown function', ['invoke', 'diagnos'], /unknown function "diagnos": did you mean "diagnose"\?/],
  ['a report that is not there', ['open', '20990101-none'], /no report "20990101-none"/],
];

describe('bad input', { timeout: 60_000 }, () => {
  it.concurrent.each(CASES)('%s gets one clear line, nothing on stdout, and exit code 2', async (_, args, line) => {
    const { code, stdout, stderr } = await medic(args, { cwd: folder });
    expect(stderr).toMatch(line);
    expect(stderr).toMatch(/^medic: [^\n]+\n$/);
    expect(stderr).not.toContain('sentinel-token');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});
