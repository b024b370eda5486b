import type { Layer } from '#shared/domain/finding.ts';
import type { World } from './world.ts';

/**
 * single: one cause, its own symptoms. cascade: a cause whose effects show in other layers. noisy: healthy, with much
 * that looks bad. two-faults: two causes that have nothing to do with each other. trap: something points the wrong way.
 */
export const CASE_KINDS = ['single', 'cascade', 'noisy', 'two-faults', 'trap'] as const;
export type CaseKind = (typeof CASE_KINDS)[number];

/** One whole namespace with what it depends on, and what an experienced person would name as its root cause. */
export interface CorpusCase {
  name: string;
  kind: CaseKind;
  /** where it was taken from: a post-mortem, an issue thread, a page of documentation */
  source: string;
  /** every layer in which something is wrong, the cause's first; empty for the healthy */
  layers: Layer[];
  /** for each independent fault the codes of its cause that are right; empty = nothing may be raised */
  roots: string[][];
  /** in words, for the one who reads a wrong answer */
  why: string;
  build: () => World;
}
