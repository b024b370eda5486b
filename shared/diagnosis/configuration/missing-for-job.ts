import type { Code } from '../catalogue.ts';
import { type JobTemplate, jobTemplatesOf, type Requirement, requirementsOf } from '../jobs.ts';
import { type Lack, lackOf } from '../lack.ts';
import { keyOf, type Ref } from '../model.ts';
import { called, evidence, kubectl, type Rule, type Sighting } from '../rule.ts';

/**
 * What the pods of a Job need and is not there: ConfigMaps, Secrets and their keys, the ServiceAccount, claims, image pull
 * secrets. A Job that runs or has failed suffers from it; for a CronJob it is a warning before its next run.
 */
export const rule: Rule = (view) =>
  jobTemplatesOf(view).flatMap((job) =>
    requirementsOf(job.spec).flatMap((requirement) => {
      const at: Ref = { kind: requirement.kind, namespace: job.ref.namespace, name: requirement.name };
      const lack = lackOf(view, at, requirement.key);
      return lack ? [missing(job, requirement, at, lack)] : [];
    }),
  );

const CODES: Record<Requirement['kind'], Record<Lack, Code>> = {
  ConfigMap: { object: 'configmap-missing', key: 'configmap-key-missing' },
  Secret: { object: 'secret-missing', key: 'secret-key-missing' },
  ServiceAccount: { object: 'serviceaccount-missing', key: 'serviceaccount-missing' },
  PersistentVolumeClaim: { object: 'pvc-missing', key: 'pvc-missing' },
};

function missing(job: JobTemplate, { kind, key, path, pulls }: Requirement, at: Ref, lack: Lack): Sighting {
  const { ref, present, since } = job;
  const plural = `${kind.toLowerCase()}s`;
  return {
    code: pulls ? 'image-pull-secret-missing' : CODES[kind][lack],
    at,
    // A public image needs no secret: where it cannot be pulled, the pod says so.
    severity: present && !pulls ? 'P2' : 'P3',
    title: lack === 'key' ? `${called(at)} has no key ${key}` : `${called(at)} does not exist`,
    cause: `${called(ref)} refers to it; its pods cannot start without it.`,
    evidence: [
      evidence(ref, `${job.path}.${path}`, key === undefined ? at.name : `${at.name}: ${key}`),
      evidence(keyOf(at), lack === 'key' ? 'data' : 'metadata.name', lack === 'key' ? `no key ${key}` : 'not found'),
    ],
    since: present ? since : undefined,
    commands: [
      kubectl(at, lack === 'key' ? `describe ${called(at)}` : `get ${plural}`),
      kubectl(ref, `describe ${called(ref)}`),
    ],
  };
}
