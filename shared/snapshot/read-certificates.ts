import type { CertificateFacts, SecretFacts, SnapshotObjects } from '#shared/domain/snapshot.ts';
import type { Target } from '#shared/domain/target.ts';
import { RESOURCES } from '#shared/ports/resources.ts';
import { certificateFacts } from './certificate-facts.ts';
import type { Reading } from './read-objects.ts';
import { distinctRefs, refKey, type SecretRef, tlsSecrets } from './secret-facts.ts';

const MOST_CERTIFICATES = 20;

/**
 * The public certificates of TLS Secrets. Their keys come with them, so they are read only where somebody has said so: in
 * `tlsSecrets` of the target; or by a person at a terminal, whose own rights count, those that an Ingress or workload uses.
 */
export async function readCertificates(
  reading: Reading,
  objects: SnapshotObjects,
  secrets: readonly SecretFacts[],
): Promise<CertificateFacts[]> {
  const { target, reader } = reading;
  const used = usedIn(objects, secrets);
  const named = (target.tlsSecrets ?? []).map((name): SecretRef => ({ namespace: target.namespace, name }));
  const wanted = distinctRefs([...named, ...(isByHand(target) ? used : [])]).slice(0, MOST_CERTIFICATES);
  const read = new Set(wanted.map(refKey));
  const left = used.filter((ref) => !read.has(refKey(ref)));
  // A named gap of the coverage, not a silent one.
  for (const namespace of new Set(left.map((ref) => ref.namespace)))
    reader.skip(
      checkOf(namespace),
      'not read: name their Secrets in `tlsSecrets` of the target, and allow `get` on them',
    );
  const found = await Promise.all(wanted.map((ref) => readCertificate(reading, ref)));
  return found.filter((facts) => facts !== undefined);
}

const isByHand = ({ cluster }: Target): boolean => cluster === 'sandbox' || !('eks' in cluster);

/** By an Ingress, or by pods: a Secret that they refer to and that has the key of a certificate. */
function usedIn({ ingresses }: SnapshotObjects, secrets: readonly SecretFacts[]): SecretRef[] {
  const there = new Set(secrets.map(refKey));
  const byIngress = tlsSecrets(ingresses).filter((ref) => there.has(refKey(ref)));
  return distinctRefs([...byIngress, ...secrets.filter(({ keys }) => keys?.includes('tls.crt'))]);
}

const checkOf = (namespace: string): string => `certificates (${namespace})`;

/** The Secret itself goes no further than this function. */
const readCertificate = ({ cluster, reader }: Reading, ref: SecretRef): Promise<CertificateFacts | undefined> =>
  reader.read<CertificateFacts | undefined>(
    `certificate ${refKey(ref)}`,
    async (options) => {
      const secret = await cluster.get(RESOURCES.secrets, ref, options);
      return secret && certificateFacts(secret);
    },
    {
      otherwise: undefined,
      instead: { forbidden: { check: checkOf(ref.namespace) } },
    },
  );
