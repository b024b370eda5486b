import { describe, expect, it } from 'vitest';
import type { KubeObject } from '#shared/domain/kubernetes.ts';
import { certificateFacts } from '#shared/snapshot/certificate-facts.ts';
import { collectSnapshot } from '#shared/snapshot/collect.ts';
import { snapshotFromList } from '#shared/snapshot/from-list.ts';
import { CA, certificate } from '#test/support/certificates.ts';
import { memoryCluster } from '#test/support/memory-cluster.ts';
import { healthyNamespace, NAMESPACE, NOW, sandboxTarget } from '#test/support/namespace.ts';

const clock = { now: () => new Date(NOW) };
const base64 = (text: string) => Buffer.from(text).toString('base64');

function tlsSecret(data: Record<string, string>, type = 'kubernetes.io/tls'): KubeObject {
  const encoded = Object.fromEntries(Object.entries(data).map(([key, text]) => [key, base64(text)]));
  const managedFields = [
    {
      operation: 'Update',
      fieldsV1: { 'f:data': Object.fromEntries(Object.keys(data).map((key) => [`f:${key}`, {}])) },
    },
  ];
  const metadata = { name: 'shop-tls', namespace: NAMESPACE, managedFields };
  return Object.assign({ apiVersion: 'v1', kind: 'Secret', metadata }, { type, data: encoded });
}

const { cert, key } = certificate('server');
const good = () => tlsSecret({ 'tls.crt': cert, 'tls.key': key });

describe('a TLS Secret', () => {
  it('is known by the names, the issuer and the time of its certificate', () => {
    const facts = certificateFacts(good());
    expect(facts).toMatchObject({ namespace: NAMESPACE, secret: 'shop-tls' });
    expect(facts?.names).toEqual(expect.arrayContaining(['localhost', '127.0.0.1']));
    expect(Date.parse(facts?.notAfter ?? '')).toBeGreaterThan(Date.parse(facts?.notBefore ?? ''));
    expect(facts?.problem).toBeUndefined();
  });

  it('may hold the chain, or no key that may be read', () => {
    expect(certificateFacts(tlsSecret({ 'tls.crt': cert + CA, 'tls.key': key }))?.problem).toBeUndefined();
    for (const data of [{ 'tls.crt': cert }, { 'tls.crt': cert, 'tls.key': 'REDACTED' }] as const)
      expect(certificateFacts(tlsSecret(data as Record<string, string>))?.problem).toBeUndefined();
  });

  it.each([
    ['no certificate', { 'tls.crt': 'hello', 'tls.key': key }, 'tls.crt is no certificate in PEM'],
    [
      'one that is cut',
      { 'tls.crt': cert.replace(/\n.{60,}\n/, '\n'), 'tls.key': key },
      'tls.crt is no certificate in PEM',
    ],
    ['a key that is cut', { 'tls.crt': cert, 'tls.key': key.slice(0, 100) }, 'tls.key is no private key in PEM'],
    ['the key of another one', { 'tls.crt': CA, 'tls.key': key }, 'tls.key is not the key of the certificate'],
    [
      'a chain in the wrong order',
      { 'tls.crt': cert + certificate('other-host').cert, 'tls.key': key },
      'certificate 2 of tls.crt did not issue certificate 1',
    ],
  ])('may hold %s', (_, data, problem) => {
    expect(certificateFacts(tlsSecret(data))?.problem).toBe(problem);
  });

  it('of another type is not looked at', () => {
    expect(certificateFacts(tlsSecret({ 'tls.crt': cert, 'tls.key': key }, 'Opaque'))).toBeUndefined();
  });
});

describe('a look at the cluster', () => {
  const cluster = () => {
    const { objects } = healthyNamespace();
    const ingress = {
      metadata: { name: 'shop', namespace: NAMESPACE },
      spec: { tls: [{ secretName: 'shop-tls', hosts: ['shop.example.com'] }] },
    };
    return memoryCluster({ ...objects, ingresses: [ingress], secrets: [good()] });
  };
  const onEks = sandboxTarget({ cluster: { eks: 'shop', region: 'eu-west-1' } });

  it('by hand reads what an Ingress serves, and keeps nothing of the key', async () => {
    const look = await collectSnapshot(cluster(), sandboxTarget(), { clock });
    expect(look.certificates).toMatchObject([{ secret: 'shop-tls' }]);
    const text = JSON.stringify(look);
    for (const secret of [key, base64(key), base64(cert)]) expect(text).not.toContain(secret.slice(100, 160));
  });

  it('on EKS reads only what the target names, and says what it left', async () => {
    const unnamed = await collectSnapshot(cluster(), onEks, { clock });
    expect(unnamed.certificates).toBeUndefined();
    expect(unnamed.coverage.notChecked).toContainEqual({
      check: `certificates (${NAMESPACE})`,
      why: expect.stringContaining('`tlsSecrets`'),
    });
    const named = await collectSnapshot(cluster(), { ...onEks, tlsSecrets: ['shop-tls'] }, { clock });
    expect(named.certificates).toMatchObject([{ secret: 'shop-tls' }]);
    expect(named.coverage.notChecked.map(({ check }) => check)).not.toContain(`certificates (${NAMESPACE})`);
  });

  it('may not be allowed to, which is a gap', async () => {
    const closed = cluster();
    closed.faults.set('secrets/otlp-system/shop-tls', 'forbidden');
    const { certificates, coverage } = await collectSnapshot(closed, sandboxTarget(), { clock });
    expect(certificates).toBeUndefined();
    expect(coverage.notChecked.map(({ check }) => check).join()).toContain('shop-tls');
  });
});

it('a file of objects tells the certificate of a Secret too, and none of its values', () => {
  const items = [{ kind: 'Namespace', metadata: { name: NAMESPACE } }, good()];
  const snapshot = snapshotFromList({ kind: 'List', items }, { target: sandboxTarget(), clock });
  expect(snapshot.certificates).toMatchObject([{ secret: 'shop-tls' }]);
  expect(JSON.stringify(snapshot)).not.toContain(base64(key).slice(100, 160));
});
