import { release } from '../history.ts';
import { APP } from '../manifests.ts';
import type { Scenario } from './scenario.ts';

export const badImage: Scenario = {
  name: 'bad-image',
  title: 'A release whose image does not exist',
  description:
    'Version 1.5.0 was rolled out before its image was pushed: the rollout stands still while the old pods serve. A restart pulls the same image.',
  ends: 'escalated',
  age: 330,
  put: (cluster) => release(cluster, '1.5.0'),
  visible: (cluster) =>
    cluster
      .podsOf(APP)
      .some(({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason === 'ImagePullBackOff'),
};
