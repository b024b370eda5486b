import type * as z from 'zod';
import type { ChapterAnswer } from '#shared/diagnosis/chapter.ts';
import type { ClaimInUse, STORAGE } from '#shared/diagnosis/storage-chapter.ts';
import { lookInput } from '#shared/domain/look-input.ts';

export const input = lookInput.describe(
  'Says what is wrong with storage: claims, volumes, classes, mounts, capacity, rights, the disks of nodes.',
);
export type Input = z.infer<typeof input>;

export interface Output extends ChapterAnswer<keyof typeof STORAGE> {
  /** that pods of the target use */
  claims: ClaimInUse[];
}
