import { KUBECTL_APPLY } from '../cluster.ts';
import { CONTAINER_DEFAULTS } from '../manifest-parts.ts';
import { APP } from '../manifests.ts';
import { WAIT_IMAGE } from '../programs/registry.ts';
import type { Scenario } from './scenario.ts';
import { installSessionStore } from './session-store.ts';

/** As it was typed. */
const WRONG_NAME = 'session-stor';

export const initContainerFails: Scenario = {
  name: 'init-container-fails',
  title: 'A release that waits for a name that is not there',
  description:
    'The new revision has an init container that waits for the session store, under a name that no Service has. It gives up again and again, so the app in its pods is never started, while the old pods serve. A restart waits for the same name.',
  ends: 'escalated',
  age: 420,
  put: (cluster) => {
    installSessionStore(cluster);
    cluster.edit(
      'deployments',
      APP,
      ({ spec }) => {
        spec.template.spec.initContainers = [
          {
            name: 'wait-for-store',
            image: WAIT_IMAGE,
            args: [`http://${WRONG_NAME}:8090/ping`],
            resources: { limits: { cpu: '50m', memory: '16Mi' }, requests: { cpu: '10m', memory: '8Mi' } },
            ...CONTAINER_DEFAULTS,
          },
        ];
      },
      KUBECTL_APPLY,
    );
  },
  visible: (cluster) =>
    cluster
      .podsOf(APP)
      .some(({ status }) => status?.initContainerStatuses?.[0]?.state?.waiting?.reason === 'CrashLoopBackOff'),
};
