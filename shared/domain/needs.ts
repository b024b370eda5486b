import type { KubernetesGroup } from './kubernetes-access.ts';

/** Prefixes of store keys, as design 4.3 lists them: `incidents/`. */
interface StoreNeeds {
  read: readonly string[];
  /** create and replace; includes reading, which a conditional write needs */
  write?: readonly string[];
  remove?: readonly string[];
}

/**
 * What a function may touch when it is deployed, and what it gets to run with. Its role is made of this and of
 * nothing else, so it stands beside the step that uses it: functions/<name>/needs.ts.
 */
export interface Needs {
  store: StoreNeeds;
  /** the Kubernetes group that its role belongs to; absent = it never calls a cluster */
  kubernetes?: KubernetesGroup;
  /** sends notices: the topics and the secret of the Slack webhook */
  notices?: true;
  /**
   * walks the OTLP ladder: gets the secrets that targets name for the headers of their endpoints, the subnets of the
   * configuration, and is in the group otlp-medic:probers
   */
  probes?: true;
  /** flows that it may start */
  starts?: readonly 'p0-response'[];
  /**
   * Runs by itself for each target: this often (an EventBridge schedule expression) where medic.config.ts does not say
   * otherwise, or only where it says so.
   */
  schedule?: `rate(${string})` | `cron(${string})` | 'when-configured';
  /** the targets that it has a schedule for: those that name an OTLP endpoint; absent = all */
  scheduledFor?: 'otlp-endpoints';
  /** alarms arrive here: their state changes on the event bus, and what they publish to the alarm topic */
  alarms?: true;
  /** Lambda's limit; the step's own deadline comes two seconds before it */
  timeoutSeconds: number;
  /** Lambda gives CPU in proportion: less than 512 makes a cold start slow */
  memoryMb: number;
}
