import type { CertificateFacts, Snapshot } from '#shared/domain/snapshot.ts';
import { addLog, everWith, podsOf } from '#test/support/faults.ts';
import { ago, healthyNamespace, NAMESPACE, wholeNamespace } from '#test/support/namespace.ts';
import { surrounded } from '#test/support/surroundings.ts';
import { type Cases, the } from '../case.ts';

const DAY = 24 * 60;
const at = the('Secret', 'shop-tls');

/** Of 90 days, renewed 30 days ago, for the host of the Ingress. */
function certificate(changes: Partial<CertificateFacts> = {}): CertificateFacts {
  return {
    namespace: NAMESPACE,
    secret: 'shop-tls',
    names: ['shop.example.com'],
    issuer: "C=US, O=Let's Encrypt, CN=R11",
    notBefore: ago(30 * DAY),
    notAfter: ago(-60 * DAY),
    ...changes,
  };
}

const served = (changes: Partial<CertificateFacts> = {}): Snapshot => ({
  ...surrounded(healthyNamespace()),
  certificates: [certificate(changes)],
});

/** The Collector shows it to its clients, and nobody else does. */
function mounted(changes: Partial<CertificateFacts>): Snapshot {
  const snapshot = healthyNamespace();
  everWith(snapshot, 'otel-collector', (_, spec) => {
    spec.volumes?.push({ name: 'tls', secret: { secretName: 'collector-tls' } });
  });
  return { ...snapshot, certificates: [certificate({ secret: 'collector-tls', ...changes })] };
}

const refused = (snapshot: Snapshot, words: string): Snapshot => {
  for (const pod of podsOf(snapshot, 'otlp-app'))
    addLog(snapshot, pod, [3, 2, 1].map((minutes) => `${ago(minutes)} ERROR ${words}`).join('\n'));
  return snapshot;
};

const EXPIRED = { notBefore: ago(91 * DAY), notAfter: ago(1 * DAY) };
const X509 =
  'traces export: rpc error: code = Unavailable desc = connection error: desc = "transport: authentication handshake failed: tls: failed to verify certificate: x509: certificate has expired or is not yet valid"';

const unread = [
  { why: 'no certificate was read', build: () => surrounded(healthyNamespace()) },
  { why: 'Ingresses may not be read', unread: ['ingresses'] },
] as const;

/** What the public certificates of TLS Secrets say. */
export const certificates = {
  'tls-cert-expired': {
    positive: [
      {
        when: 'that of an Ingress, since yesterday',
        at,
        severity: 'P1',
        shows: /by C=US/,
        build: () => served(EXPIRED),
      },
      {
        when: 'one that the Collector mounts, and nobody has refused',
        at: the('Secret', 'collector-tls'),
        as: 'advice',
        build: () => mounted(EXPIRED),
      },
      {
        when: 'one that the Collector mounts, and the application refuses it',
        at: the('Secret', 'collector-tls'),
        severity: 'P2',
        build: () => refused(mounted(EXPIRED), X509),
      },
    ],
    nearMiss: [
      { why: 'it has two months', roots: [], build: served },
      {
        why: 'what the application refuses is that of somebody outside',
        build: () => refused(mounted({}), 'payment: x509: certificate has expired'),
      },
      {
        why: 'it is that of another namespace',
        roots: [],
        build: () => served({ namespace: 'staging', ...EXPIRED }),
      },
    ],
    notApplicable: unread,
  },
  'tls-cert-expiring': {
    positive: [
      {
        when: 'in ten days, of ninety',
        at,
        as: 'advice',
        build: () => served({ notBefore: ago(80 * DAY), notAfter: ago(-10 * DAY) }),
      },
      {
        when: 'tomorrow, of a week',
        at,
        as: 'advice',
        target: wholeNamespace(),
        build: () => served({ notBefore: ago(6 * DAY), notAfter: ago(-1 * DAY) }),
      },
    ],
    nearMiss: [
      {
        why: 'three days of a week are left',
        roots: [],
        build: () => served({ notBefore: ago(4 * DAY), notAfter: ago(-3 * DAY) }),
      },
      { why: 'it has expired', roots: ['tls-cert-expired'], build: () => served(EXPIRED) },
    ],
    notApplicable: unread,
  },
  'tls-cert-invalid': {
    positive: [
      {
        when: 'it is for another host',
        at,
        severity: 'P2',
        shows: 'old.example.com',
        build: () => served({ names: ['old.example.com'] }),
      },
      {
        when: 'a wildcard stands for one label alone',
        at,
        severity: 'P2',
        build: () => served({ names: ['*.example.org', '*.shop.example.com'] }),
      },
      {
        when: 'its key is that of another one',
        at,
        severity: 'P2',
        shows: 'tls.key',
        build: () => served({ problem: 'tls.key is not the key of the certificate' }),
      },
      {
        when: 'it does not parse',
        at,
        severity: 'P2',
        build: () => ({
          ...served(),
          certificates: [{ namespace: NAMESPACE, secret: 'shop-tls', problem: 'tls.crt is no certificate in PEM' }],
        }),
      },
      { when: 'it is valid from tomorrow on', at, severity: 'P2', build: () => served({ notBefore: ago(-1 * DAY) }) },
    ],
    nearMiss: [
      { why: 'a wildcard covers the host', roots: [], build: () => served({ names: ['*.example.com'] }) },
      { why: 'names have no case', roots: [], build: () => served({ names: ['Shop.Example.com'] }) },
      { why: 'it has expired, which is said instead', roots: ['tls-cert-expired'], build: () => served(EXPIRED) },
    ],
    notApplicable: unread,
  },
} satisfies Cases;
