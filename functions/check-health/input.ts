import type * as z from 'zod';
import type { WorkloadHealth } from '#shared/diagnosis/health.ts';
import type { Verdict } from '#shared/domain/diagnosis.ts';
import { lookInput } from '#shared/domain/look-input.ts';
import type { RunChanges } from '#shared/domain/run-changes.ts';
import type { EndpointProbe } from '#shared/otlp/endpoint-probe.ts';

export const input = lookInput
  .pick({ target: true, mode: true, run: true })
  .describe(
    'Looks once whether a target is healthy, and sends a canary to each OTLP endpoint that it names; told to act (mode act, --act) it also keeps the answer as its status.',
  );
export type Input = z.infer<typeof input>;

export interface Output {
  schemaVersion: 1;
  target: string;
  /** ISO 8601 UTC */
  at: string;
  verdict: Verdict;
  /** of the first workload of the target */
  ready?: string;
  /** in one line, for a person */
  summary: string;
  workloads: WorkloadHealth[];
  /** how the OTLP ladder ended at each endpoint that the target names, worst first */
  probes: EndpointProbe[];
  /** codes of what fails now, best explanation first */
  rootCauses: string[];
  /** codes of advice: it fails nothing */
  advice: string[];
  /** against the run before it; kept when told to act */
  changes: RunChanges;
  notChecked: { check: string; why: string }[];
  /** where the status was kept; absent with mode plan */
  statusKey?: string;
}
