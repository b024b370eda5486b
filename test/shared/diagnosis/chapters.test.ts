import { expect, it } from 'vitest';
import { CATALOGUE } from '#shared/diagnosis/catalogue.ts';
import { NETWORK } from '#shared/diagnosis/network-chapter.ts';
import { PERFORMANCE } from '#shared/diagnosis/performance-chapter.ts';
import { STARTUP } from '#shared/diagnosis/startup.ts';
import { STORAGE } from '#shared/diagnosis/storage-chapter.ts';

const codesIn = (chapter: Record<string, { codes: readonly string[] }>) =>
  new Set(Object.values(chapter).flatMap(({ codes }) => codes));

it('has a row for each fault of a workload that is no advice, and for what keeps pods from being made or placed', () => {
  const rows = codesIn(STARTUP);
  const grave = Object.entries(CATALOGUE).filter(
    ([, { layer, severity }]) =>
      (layer === 'application' && severity !== 'P3') ||
      (['configuration', 'platform', 'storage'].includes(layer) && severity === 'P1'),
  );
  expect(grave.map(([code]) => code).filter((code) => !rows.has(code))).toEqual([]);
});

it.each([
  ['storage', STORAGE],
  ['network', NETWORK],
] as const)('asks of the %s whatever can be wrong with it', (layer, chapter) => {
  const questions = codesIn(chapter);
  const faults = Object.entries(CATALOGUE).filter(([, fault]) => fault.layer === layer);
  expect(faults.map(([code]) => code).filter((code) => !questions.has(code))).toEqual([]);
});

it('leaves no fault of telemetry to none of the chapters', () => {
  const asked = new Set([...codesIn(NETWORK), ...codesIn(PERFORMANCE), ...codesIn(STARTUP), ...codesIn(STORAGE)]);
  const faults = Object.entries(CATALOGUE).filter(([, { layer }]) => layer === 'otlp');
  expect(faults.map(([code]) => code).filter((code) => !asked.has(code))).toEqual([]);
});
