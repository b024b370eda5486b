import type * as z from 'zod';
import type { ChapterAnswer } from '#shared/diagnosis/chapter.ts';
import type { NETWORK, Way } from '#shared/diagnosis/network-chapter.ts';
import { lookInput } from '#shared/domain/look-input.ts';
import type { Probed } from '#shared/incidents/active-facts.ts';

export const input = lookInput.describe(
  'Says where the network stops telemetry: Services, endpoints, names, policies, ports, ingress; sends a canary, too.',
);
export type Input = z.infer<typeof input>;

export interface Output extends ChapterAnswer<keyof typeof NETWORK>, Probed {
  /** from the target's workloads and its Collector to where they send telemetry */
  ways: Way[];
}
