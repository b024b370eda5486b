import type { Ingress, IngressBackend } from '#shared/domain/surroundings.ts';
import type { Ref } from '../model.ts';
import { evidence, kubectl, type Rule, type Sighting } from '../rule.ts';
import type { ClusterView } from '../view.ts';

/** Ingresses whose paths lead to a Service or a port that is not there. */
export const rule: Rule = (view) =>
  ingressesOf(view).flatMap((ingress) => {
    const backends = backendsOf(ingress);
    const broken = backends.flatMap(({ service, path }): Sighting[] => problem(view, ingress, service, path));
    const severity = broken.length < backends.length ? ('P2' as const) : ('P1' as const);
    return broken.map((sighting) => ({ ...sighting, severity }));
  });

export const refOf = ({ metadata }: Ingress): Ref => ({
  kind: 'Ingress',
  namespace: metadata.namespace ?? '',
  name: metadata.name,
});

/** For a whole namespace all of its Ingresses; else those that lead to a Service in sight or carry the target's host. */
export function ingressesOf({ target, snapshot, services, service }: ClusterView): Ingress[] {
  const isOurs = (ingress: Ingress) =>
    ingress.spec?.rules?.some(({ host }) => host !== undefined && host === target.ingressHost) ||
    backendsOf(ingress).some(({ service: { name } }) => {
      const found = service(target.namespace, name);
      return found !== undefined && services.includes(found);
    });
  return snapshot.objects.ingresses.filter(
    (ingress) => ingress.metadata.namespace === target.namespace && (target.workloads === 'all' || isOurs(ingress)),
  );
}

type Backend = NonNullable<IngressBackend['service']>;

function backendsOf({ spec }: Ingress): { service: Backend; path: string }[] {
  const paths = (spec?.rules ?? []).flatMap(({ http }, rule) =>
    (http?.paths ?? []).map(({ backend }, at) => ({ backend, path: `spec.rules[${rule}].http.paths[${at}].backend` })),
  );
  const all = [
    ...(spec?.defaultBackend ? [{ backend: spec.defaultBackend, path: 'spec.defaultBackend' }] : []),
    ...paths,
  ];
  return all.flatMap(({ backend: { service }, path }) => (service ? [{ service, path: `${path}.service` }] : []));
}

function problem(view: ClusterView, ingress: Ingress, { name, port }: Backend, path: string): Sighting[] {
  const at = refOf(ingress);
  const service: Ref = { kind: 'Service', namespace: at.namespace, name };
  const found = view.service(at.namespace, name);
  if (!found) {
    // The AWS controller keeps actions of its own under names that are no Services.
    const isAction =
      port?.name === 'use-annotation' ||
      `alb.ingress.kubernetes.io/actions.${name}` in (ingress.metadata.annotations ?? {});
    if (isAction || !view.knows('services', at.namespace)) return [];
    return [
      {
        code: 'ingress-backend-service-missing',
        at,
        title: `ingress ${at.name} leads to service ${name}, which does not exist`,
        evidence: [evidence(at, `${path}.name`, name), evidence(service, 'metadata.name', 'not found')],
        commands: [kubectl(at, 'get services'), kubectl(at, `describe ingress ${at.name}`)],
      },
    ];
  }
  const ports = found.object.spec?.ports ?? [];
  const has = ports.some((each) => (port?.name === undefined ? each.port === port?.number : each.name === port.name));
  const wanted = port?.name ?? port?.number;
  if (has || wanted === undefined || found.object.spec?.type === 'ExternalName') return [];
  return [
    {
      code: 'ingress-backend-port-mismatch',
      at,
      title: `ingress ${at.name} leads to port ${wanted} of service ${name}, which it does not have`,
      evidence: [
        evidence(at, `${path}.port`, wanted),
        evidence(
          service,
          'spec.ports',
          ports.map((each) => (each.name ? `${each.name}=${each.port}` : each.port)).join(', '),
        ),
      ],
      commands: [kubectl(at, `get service ${name} -o yaml`), kubectl(at, `edit ingress ${at.name}`)],
    },
  ];
}
