import type { PodView } from '../model.ts';
import { isAbsentSecret } from '../presence.ts';
import { called, evidence, inPod, kubectl, type Rule } from '../rule.ts';

/** An image pull secret that is not there. Where the image is public or on the node already, that harms nothing. */
export const rule: Rule = (view) =>
  view.pods.flatMap((pod) => {
    const { ref, object } = pod;
    const secrets = object.spec?.imagePullSecrets ?? [];
    if (secrets.length === 0) return [];
    const [event] = view.events.of(ref, object.metadata.uid, { reason: 'FailedToRetrieveImagePullSecret' });
    return secrets.flatMap(({ name }, index) => {
      const absent = isAbsentSecret(view, ref.namespace, name ?? '');
      const told = event?.message?.includes(name ?? '\0') ?? false;
      if (!name || (!absent && !told)) return [];
      return [
        {
          code: 'image-pull-secret-missing' as const,
          ...inPod(pod),
          ...(pullFails(pod) ? {} : { severity: 'P3' as const }),
          title: `image pull secret ${name} of ${called(pod.workload?.ref ?? ref)} does not exist`,
          evidence: [
            evidence(ref, `spec.imagePullSecrets[${index}].name`, name),
            ...(absent
              ? [evidence({ kind: 'Secret', namespace: ref.namespace, name }, 'metadata.name', 'not found')]
              : []),
            ...(event ? [evidence(ref, `event ${event.reason}`, event.message, event.lastTimestamp)] : []),
          ],
          commands: [
            kubectl(
              ref,
              `create secret docker-registry ${name} --docker-server=SERVER --docker-username=USER --docker-password=PASSWORD`,
            ),
            kubectl(ref, 'get serviceaccounts -o yaml'),
          ],
        },
      ];
    });
  });

const pullFails = ({ containers }: PodView): boolean =>
  containers.some(({ status }) => /^(ErrImagePull|ImagePullBackOff)$/.test(status?.state?.waiting?.reason ?? ''));
