import type { Workload } from '#shared/domain/kubernetes.ts';
import { safeHash } from '../names.ts';
import { controllerRef } from '../objects.ts';
import { newSetAnnotations, TEMPLATE_HASH } from './revisions.ts';

/** The ReplicaSet that a Deployment makes for a template it has not had before. */
export function newReplicaSet(deployment: Workload, revision: number, replicas: number): Workload {
  const { template, selector, minReadySeconds } = deployment.spec;
  const hash = safeHash(JSON.stringify(template));
  const labels = { ...template.metadata?.labels, [TEMPLATE_HASH]: hash };
  return {
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      namespace: deployment.metadata.namespace ?? '',
      labels,
      annotations: newSetAnnotations(deployment, undefined, revision),
      ownerReferences: [controllerRef(deployment)],
    },
    spec: {
      replicas,
      ...(minReadySeconds ? { minReadySeconds } : {}),
      selector: { ...selector, matchLabels: { ...selector?.matchLabels, [TEMPLATE_HASH]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
    status: { replicas: 0 },
  };
}
