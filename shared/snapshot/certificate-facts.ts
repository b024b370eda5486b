import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { KubeObject } from '#shared/domain/kubernetes.ts';
import type { CertificateFacts } from '#shared/domain/snapshot.ts';

const END = '-----END CERTIFICATE-----';
const BEGIN = '-----BEGIN CERTIFICATE-----';

interface TlsSecret extends KubeObject {
  type?: string;
  data?: Record<string, unknown>;
}

/**
 * What the public certificate of a Secret of type kubernetes.io/tls says, the leaf's; undefined for any other Secret. Of
 * the private key it is only asked whether it belongs to it: nothing of it is kept.
 */
export function certificateFacts(secret: KubeObject): CertificateFacts | undefined {
  const { type, data = {}, metadata } = secret as TlsSecret;
  if (type !== 'kubernetes.io/tls') return undefined;
  const of = { namespace: metadata.namespace ?? '', secret: metadata.name };
  const chain = chainIn(textOf(data['tls.crt']));
  const [leaf] = chain ?? [];
  if (!chain || !leaf) return { ...of, problem: 'tls.crt is no certificate in PEM' };
  const problem = keyProblem(leaf, textOf(data['tls.key'])) ?? chainProblem(chain);
  return {
    ...of,
    names: namesOf(leaf),
    issuer: leaf.issuer.split('\n').join(', '),
    notBefore: leaf.validFromDate.toISOString(),
    notAfter: leaf.validToDate.toISOString(),
    ...(problem && { problem }),
  };
}

const textOf = (encoded: unknown): string =>
  typeof encoded === 'string' ? Buffer.from(encoded, 'base64').toString('utf8') : '';

/** undefined = one of them does not parse */
function chainIn(pem: string): X509Certificate[] | undefined {
  const blocks = pem.split(END).slice(0, -1);
  try {
    return blocks.map((block) => new X509Certificate(`${block.slice(block.indexOf(BEGIN))}${END}\n`));
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** Browsers and SDKs look at the alternative names alone; older clients take the common name where there are none. */
function namesOf({ subject, subjectAltName }: X509Certificate): string[] {
  const alternative = (subjectAltName ?? '')
    .split(', ')
    .flatMap((name) => /^(?:DNS|IP Address):(.+)$/.exec(name)?.[1] ?? []);
  if (alternative.length > 0) return alternative;
  return (subject ?? '').split('\n').flatMap((line) => /^CN=(.+)$/.exec(line)?.[1] ?? []);
}

function keyProblem(leaf: X509Certificate, pem: string): string | undefined {
  // Files that people hand on have something else in its place.
  if (!pem.includes('-----BEGIN')) return undefined;
  try {
    return leaf.checkPrivateKey(createPrivateKey(pem)) ? undefined : 'tls.key is not the key of the certificate';
  } catch (error) {
    // What it says could quote the key.
    if (error instanceof Error) return 'tls.key is no private key in PEM';
    throw error;
  }
}

function chainProblem(chain: X509Certificate[]): string | undefined {
  const broken = chain.findIndex((one, index) => {
    const next = chain[index + 1];
    return next !== undefined && !one.checkIssued(next);
  });
  return broken < 0 ? undefined : `certificate ${broken + 2} of tls.crt did not issue certificate ${broken + 1}`;
}
