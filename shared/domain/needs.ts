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
  kubernetes?: 'otlp-medic:readers' | 'otlp-medic:actors';
  /** sends notices: the topics and the secret of the Slack webhook */
  notices?: true;
  /** Lambda's limit; the step's own deadline comes two seconds before it */
  timeoutSeconds: number;
  /** Lambda gives CPU in proportion: less than 512 makes a cold start slow */
  memoryMb: number;
}
