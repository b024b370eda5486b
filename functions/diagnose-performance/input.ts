import type * as z from 'zod';
import type { ChapterAnswer } from '#shared/diagnosis/chapter.ts';
import type { ContainerUse, PERFORMANCE, Scaling, SlowOperation } from '#shared/diagnosis/performance-chapter.ts';
import { lookInput } from '#shared/domain/look-input.ts';
import type { Probed } from '#shared/incidents/active-facts.ts';

export const input = lookInput.describe(
  'Says what makes a target slow: CPU, memory, limits, nodes, scaling, the load of the Collector; times a canary, too.',
);
export type Input = z.infer<typeof input>;

export interface Output extends ChapterAnswer<keyof typeof PERFORMANCE>, Probed {
  /** of the containers, nearest to a limit first; empty where the metrics API was not read */
  usage: ContainerUse[];
  scaling: Scaling[];
  /** that the logs tell of, slowest first */
  slow: SlowOperation[];
}
