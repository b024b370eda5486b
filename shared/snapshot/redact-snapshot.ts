import type { Snapshot, SnapshotObjects } from '#shared/domain/snapshot.ts';
import { redactConfigMap } from '#shared/redaction/config-map.ts';
import { redactObject } from '#shared/redaction/object.ts';
import { makeRedactor } from '#shared/redaction/redactor.ts';
import { secrecyOf } from '#shared/redaction/secret-names.ts';
import { sweep } from '#shared/redaction/sweep.ts';
import { containersOf, podSpecsOf } from './pod-specs.ts';

/**
 * Secrets out, first where they stand, then wherever else they turn up: a password that one Deployment has in its
 * environment is also gone from the event or log that quotes it. `known` are secrets seen elsewhere.
 */
export function redactSnapshot(snapshot: Snapshot, known: Iterable<string> = []): Snapshot {
  const redactor = makeRedactor();
  const { objects, logs, coverage } = snapshot;
  const usedAsSecret = keysUsedAsSecrets(objects);

  const redacted: Snapshot = {
    ...snapshot,
    objects: {
      ...redactObject({ ...objects, configmaps: [] }, redactor),
      configmaps: objects.configmaps.map(({ data, binaryData, ...map }) => {
        const { namespace = '', name } = map.metadata;
        const contents = { ...map, ...(data && { data }), ...(binaryData && { binaryData }) };
        const isSecret = (key: string) => usedAsSecret.has(`${namespace}/${name}/${key}`);
        return { ...redactConfigMap(contents, redactor, isSecret), ...redactObject(map, redactor) };
      }),
    },
    logs: logs.map((log) => ({ ...log, text: redactor.text(log.text) })),
    coverage: {
      checked: coverage.checked,
      notChecked: coverage.notChecked.map(({ check, why }) => ({ check, why: redactor.text(why) })),
    },
  };
  for (const secret of known) redactor.learn(secret);
  return sweep(redacted, redactor);
}

/** `namespace/configmap/key` of values that a container gets under a secret's name, whatever the key is called. */
function keysUsedAsSecrets(objects: SnapshotObjects): Set<string> {
  const keys = podSpecsOf(objects).flatMap(({ namespace, spec }) =>
    containersOf(spec).flatMap(({ env = [] }) =>
      env.flatMap(({ name, valueFrom }) => {
        const ref = valueFrom?.configMapKeyRef;
        return ref && secrecyOf(name) === 'secret' ? [`${namespace}/${ref.name ?? ''}/${ref.key}`] : [];
      }),
    ),
  );
  return new Set(keys);
}
