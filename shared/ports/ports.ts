import type { MedicConfig } from '#shared/domain/config.ts';
import type { Clock } from './clock.ts';
import type { Clusters } from './cluster.ts';
import type { Executions } from './executions.ts';
import type { Notifier } from './notifier.ts';
import type { Prober } from './prober.ts';
import type { Store } from './store.ts';

/** All that a step may touch outside itself; each step names the few that it needs. */
export interface Ports {
  config: MedicConfig;
  clusters: Clusters;
  store: Store;
  notifier: Notifier;
  clock: Clock;
  executions: Executions;
  prober: Prober;
}
