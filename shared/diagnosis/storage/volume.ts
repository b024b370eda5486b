import { claimsOf } from '../claims.ts';
import type { Ref } from '../model.ts';
import { called, evidence, kubectl, type Rule } from '../rule.ts';

/** Volumes that a claim of the target cannot have: failed, or released by an earlier claim and not yet free again. */
export const rule: Rule = (view) => {
  const unusable = view.snapshot.objects.persistentvolumes.filter(({ status }) =>
    /^(Failed|Released)$/.test(status?.phase ?? ''),
  );
  return claimsOf(view).flatMap(({ pod, ref, claim }) =>
    unusable.flatMap(({ metadata, spec, status }) => {
      const meant =
        metadata.name === claim?.spec?.volumeName ||
        (spec?.claimRef?.name === ref.name && spec.claimRef.namespace === ref.namespace);
      const phase = status?.phase ?? '';
      // A claim that is lost tells of its volume itself: that of an earlier claim is as it should be.
      if (!meant || claim?.status?.phase === 'Lost') return [];
      const at: Ref = { kind: 'PersistentVolume', namespace: '', name: metadata.name };
      const harmless = claim?.status?.phase === 'Bound' && claim.spec?.volumeName !== metadata.name;
      return [
        {
          code: 'pv-failed-or-released' as const,
          at,
          pod,
          ...(pod.workload ? { workload: pod.workload } : {}),
          ...(harmless ? { severity: 'P3' as const } : {}),
          title: `${called(at)}, which ${called(ref)} is meant for, is ${phase.toLowerCase()}`,
          cause:
            phase === 'Released'
              ? `It still belongs to an earlier ${called(ref)} and is not given to the new one.`
              : [status?.reason, status?.message].filter(Boolean).join(': ') || 'Its reclaim failed.',
          evidence: [
            evidence(at, 'status.phase', phase),
            ...(status?.message ? [evidence(at, 'status.message', status.message)] : []),
            evidence(at, 'spec.claimRef', `${spec?.claimRef?.namespace}/${spec?.claimRef?.name}`),
          ],
          commands: [
            kubectl(at, `describe pv ${at.name}`),
            ...(phase === 'Released'
              ? [kubectl(at, `patch pv ${at.name} --type=merge -p '{"spec":{"claimRef":null}}'`)]
              : []),
          ],
        },
      ];
    }),
  );
};
