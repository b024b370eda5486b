import type * as z from 'zod';
import type { ChapterAnswer } from '#shared/diagnosis/chapter.ts';
import type { STARTUP, StartingPod } from '#shared/diagnosis/startup.ts';
import { lookInput } from '#shared/domain/look-input.ts';

export const input = lookInput.describe(
  'Says why pods do not start: configuration, dependency, resources, port, permissions, image, process, placement or rollout.',
);
export type Input = z.infer<typeof input>;

export interface Output extends ChapterAnswer<keyof typeof STARTUP> {
  /** those that are not ready */
  pods: StartingPod[];
}
