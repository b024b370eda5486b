import { isAbsentSecret } from '../presence.ts';
import { evidence, kubectl, type Rule } from '../rule.ts';
import { ingressesOf, refOf } from './ingress.ts';

/** An Ingress whose certificate is not there: its hosts are served with the controller's own, which no client trusts. */
export const rule: Rule = (view) =>
  ingressesOf(view).flatMap((ingress) =>
    (ingress.spec?.tls ?? []).flatMap(({ secretName, hosts = [] }, index) => {
      const at = refOf(ingress);
      if (secretName === undefined || !isAbsentSecret(view, at.namespace, secretName)) return [];
      return [
        {
          code: 'ingress-tls-secret-missing' as const,
          at,
          title: `ingress ${at.name} names secret ${secretName} for TLS, which does not exist`,
          evidence: [
            evidence(at, `spec.tls[${index}]`, `${secretName} for ${hosts.join(', ') || 'all hosts'}`),
            evidence({ kind: 'Secret', namespace: at.namespace, name: secretName }, 'metadata.name', 'not found'),
          ],
          commands: [kubectl(at, 'get certificates,secrets'), kubectl(at, `describe ingress ${at.name}`)],
        },
      ];
    }),
  );
