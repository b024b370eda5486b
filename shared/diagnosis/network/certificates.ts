import type { CertificateFacts } from '#shared/domain/snapshot.ts';
import type { Code } from '../catalogue.ts';
import { millis, type Ref } from '../model.ts';
import { evidence, inWorkload, kubectl, type Rule, type Sighting } from '../rule.ts';
import type { ClusterView } from '../view.ts';
import { duration } from '../what-changed.ts';
import { ingressesOf, refOf } from './ingress.ts';

/** cert-manager renews with a third of the time left, 30 days of 90: what has fewer is not renewed by anybody. */
const SOON_MS = 21 * 24 * 3_600_000;
/** Short-lived ones, of a week say, are renewed as late as this part of their time before the end. */
const SOON_PART = 0.25;

/** Certificates that clients refuse, or soon will: those that an Ingress serves, and those that a workload mounts. */
export const rule: Rule = (view) => {
  const certificates = new Map(
    (view.snapshot.certificates ?? []).map((facts) => [`${facts.namespace}/${facts.secret}`, facts]),
  );
  if (certificates.size === 0) return [];
  const served = ingressesOf(view).flatMap((ingress) => {
    const at = refOf(ingress);
    return (ingress.spec?.tls ?? []).flatMap(({ secretName, hosts = [] }, index): Sighting[] => {
      const facts = certificates.get(`${at.namespace}/${secretName}`);
      const fault = facts && (faultOf(view, facts) ?? uncovered(facts, hosts));
      if (!facts || !fault) return [];
      const where = evidence(at, `spec.tls[${index}]`, `${secretName} for ${hosts.join(', ') || 'all hosts'}`);
      return [{ ...sighting(facts, fault), evidence: [...shown(facts), where] }];
    });
  });
  return [...served, ...[...certificates.values()].flatMap((facts) => mounted(view, facts))];
};

interface Fault {
  code: Code;
  says: string;
  since?: number;
}

function faultOf({ now }: ClusterView, { problem, notBefore, notAfter }: CertificateFacts): Fault | undefined {
  const [from, to] = [millis(notBefore), millis(notAfter)];
  if (to !== undefined && to < now)
    return { code: 'tls-cert-expired', says: `has expired ${duration(now - to)} ago`, since: to };
  if (problem) return { code: 'tls-cert-invalid', says: `cannot be used: ${problem}` };
  if (from !== undefined && from > now)
    return { code: 'tls-cert-invalid', says: `is valid only in ${duration(from - now)}` };
  const left = to === undefined ? Infinity : to - now;
  const soon = Math.min(SOON_MS, SOON_PART * ((to ?? 0) - (from ?? 0)));
  return left < soon ? { code: 'tls-cert-expiring', says: `ends in ${duration(left)}` } : undefined;
}

/** Hosts of the Ingress that the certificate is not for. */
function uncovered({ names = [] }: CertificateFacts, hosts: string[]): Fault | undefined {
  const other = hosts.filter((host) => !names.some((name) => isFor(name, host)));
  return other.length > 0
    ? { code: 'tls-cert-invalid', says: `is not for ${other.join(', ')} but for ${names.join(', ') || 'no name'}` }
    : undefined;
}

/** A wildcard stands for one label (RFC 6125). */
function isFor(name: string, host: string): boolean {
  const [own, wanted] = [name.toLowerCase(), host.toLowerCase()];
  return own === wanted || (own.startsWith('*.') && wanted.slice(wanted.indexOf('.')) === own.slice(1));
}

const refTo = ({ namespace, secret }: CertificateFacts): Ref => ({ kind: 'Secret', namespace, name: secret });

/** It may be one that nobody shows to anybody: advice, until somebody refuses it. */
const mounted = (view: ClusterView, facts: CertificateFacts): Sighting[] => {
  const fault = faultOf(view, facts);
  if (!fault) return [];
  const found = sighting(facts, fault);
  return view.users(refTo(facts)).map((workload) => ({ ...inWorkload(workload), ...found, severity: 'P3' }));
};

const sighting = (facts: CertificateFacts, { code, says, since }: Fault): Sighting => {
  const at = refTo(facts);
  return {
    code,
    at,
    title: `the certificate in secret ${at.name} ${says}`,
    evidence: shown(facts),
    since,
    commands: [kubectl(at, `describe certificates,secret/${at.name}`)],
  };
};

const shown = (facts: CertificateFacts): Sighting['evidence'] => {
  const { names = [], issuer, notBefore, notAfter, problem } = facts;
  const at = refTo(facts);
  return [
    ...(notBefore && notAfter
      ? [evidence(at, 'data["tls.crt"] validity', `${notBefore} to ${notAfter}, for ${names.join(', ')}, by ${issuer}`)]
      : []),
    ...(problem ? [evidence(at, 'data', problem)] : []),
  ];
};
