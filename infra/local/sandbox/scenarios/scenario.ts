import type { Outcome } from '#shared/domain/incident.ts';
import type { SandboxCluster } from '../cluster.ts';

export interface ScenarioInfo {
  name: string;
  title: string;
  description: string;
  /** how the P0 flow must end */
  ends: Outcome;
}

/** A fault as its causes: what was done to the cluster, never what is to be seen of it. */
export interface Scenario extends ScenarioInfo {
  /** how long ago the first cause was put in, in seconds; the symptoms have had that long to develop */
  age: number;
  put(cluster: SandboxCluster): void | Promise<void>;
  /** whether the fault can be seen by now */
  visible(cluster: SandboxCluster): boolean;
}
