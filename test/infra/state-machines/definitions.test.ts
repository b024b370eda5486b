import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import validate from 'asl-validator';
import { describe, expect, it } from 'vitest';

const files = globSync('infra/state-machines/*.asl.json');

describe.each(files.map((file) => [basename(file), readFileSync(file, 'utf8')]))('%s', (_, text) => {
  it('is valid Amazon States Language', () => {
    const { isValid, errorsText } = validate(JSON.parse(text));
    expect(isValid, errorsText()).toBe(true);
  });

  it('calls only functions that exist', () => {
    const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const called = [...text.matchAll(/"FunctionName": "\$\{(\w+)\}"/g)].map(([, name = '']) => kebab(name));
    expect(called.length).toBeGreaterThan(0);
    expect(called.filter((name) => !existsSync(`functions/${name}/step.ts`))).toEqual([]);
  });

  it('uses nothing of the context object that a laptop lacks', () => {
    expect(text).not.toContain('$$.State');
  });
});

it('there are definitions to check', () => {
  expect(files.length).toBeGreaterThan(0);
});
