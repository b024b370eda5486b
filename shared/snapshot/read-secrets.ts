import type { SecretFacts, Snapshot, SnapshotObjects } from '#shared/domain/snapshot.ts';
import { RESOURCES } from '#shared/ports/resources.ts';
import { podSpecsOf } from './pod-specs.ts';
import type { Reading } from './read-objects.ts';
import { keysFromManagedFields, referencedSecrets, refKey, type SecretRef, writtenAt } from './secret-facts.ts';

const MOST_SECRETS = 50;

/** Presence and key names of the Secrets that are needed, from metadata alone: no value is ever asked for. */
export async function readSecrets(
  reading: Reading,
  objects: SnapshotObjects,
): Promise<Pick<Snapshot, 'secrets' | 'absentSecrets'>> {
  const refs = referencedSecrets(reading.target, podSpecsOf(objects), objects.ingresses);
  const found = await Promise.all(refs.slice(0, MOST_SECRETS).map((ref) => readSecret(reading, ref)));
  for (const ref of refs.slice(MOST_SECRETS)) reading.reader.skip(checkOf(ref), `not among the first ${MOST_SECRETS}`);
  return {
    secrets: found.flatMap((one) => (one && 'keys' in one ? [factsOf(one)] : [])),
    absentSecrets: found.flatMap((one) => (one && !('keys' in one) ? [one] : [])),
  };
}

const checkOf = (ref: SecretRef): string => `secrets: ${refKey(ref)}`;

interface Present extends SecretRef {
  keys: string[] | undefined;
  changedAt: string | undefined;
}

const factsOf = ({ namespace, name, keys, changedAt }: Present): SecretFacts => ({
  namespace,
  name,
  ...(keys && { keys }),
  ...(changedAt && { changedAt }),
});

type Found = SecretRef | Present | undefined;

/** With `keys` = it is there, without = it is not; undefined = not known. */
const readSecret = ({ cluster, reader }: Reading, ref: SecretRef): Promise<Found> =>
  reader.read<Found>(
    checkOf(ref),
    async (options) => {
      const secret = await cluster.get(RESOURCES.secrets, { ...ref, metadataOnly: true }, options);
      return secret ? { ...ref, keys: keysFromManagedFields(secret), changedAt: writtenAt(secret) } : ref;
    },
    { otherwise: undefined },
  );
