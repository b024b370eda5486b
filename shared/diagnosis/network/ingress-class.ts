import type { Ingress } from '#shared/domain/surroundings.ts';
import { millis } from '../model.ts';
import { evidence, kubectl, type Rule, type Sighting } from '../rule.ts';
import type { ClusterView } from '../view.ts';
import { ingressesOf, refOf } from './ingress.ts';

const DEFAULT = 'ingressclass.kubernetes.io/is-default-class';
const LEGACY = 'kubernetes.io/ingress.class';

/** A load balancer of a cloud takes a few minutes. */
const SETTLED_MS = 10 * 60_000;

/** Controllers that write the address of what they have made into every Ingress; others may never do. */
const PUBLISHING: ReadonlySet<string | undefined> = new Set([
  'ingress.k8s.aws/alb',
  'eks.amazonaws.com/alb',
  'azure/application-gateway',
]);

/** Ingresses that no controller takes care of: their class is not there, or they have got no address. */
export const rule: Rule = (view) =>
  ingressesOf(view).flatMap((ingress): Sighting[] => {
    // Whoever gave it an address takes care of it, with or without a class.
    if (ingress.status?.loadBalancer?.ingress?.length) return [];
    return classMissing(view, ingress) ?? withoutAddress(view, ingress);
  });

function classMissing(view: ClusterView, ingress: Ingress): Sighting[] | undefined {
  if (!view.knows('ingressclasses')) return undefined;
  const { ingressclasses } = view.snapshot.objects;
  const written = ingress.spec?.ingressClassName;
  const at = refOf(ingress);
  const names = ingressclasses.map(({ metadata }) => metadata.name).join(', ') || 'none';
  // The old annotation names a controller, which need not have an IngressClass.
  if (written === undefined && ingress.metadata.annotations?.[LEGACY] !== undefined) return undefined;
  if (classOf(view, ingress)) return undefined;
  return [
    {
      code: 'ingress-class-missing',
      at,
      severity: written === undefined ? 'P3' : 'P2',
      confidence: written === undefined ? 'possible' : 'certain',
      title:
        written === undefined
          ? `ingress ${at.name} names no class, and there is no default`
          : `ingress ${at.name} is of class ${written}, which does not exist`,
      evidence: [
        evidence(at, 'spec.ingressClassName', written ?? 'not set'),
        evidence('IngressClass', 'metadata.name', names),
      ],
      commands: ['kubectl get ingressclasses', kubectl(at, `describe ingress ${at.name}`)],
    },
  ];
}

function withoutAddress(view: ClusterView, ingress: Ingress): Sighting[] {
  const at = refOf(ingress);
  const [event] = view.events.of(at, ingress.metadata.uid).filter(({ type }) => type === 'Warning');
  const made = millis(ingress.metadata.creationTimestamp);
  if (!event && (made === undefined || view.now - made < SETTLED_MS)) return [];
  const isPublished = PUBLISHING.has(classOf(view, ingress)?.spec?.controller);
  return [
    {
      code: 'ingress-no-address',
      at,
      severity: event || isPublished ? 'P2' : 'P3',
      confidence: event ? 'certain' : isPublished ? 'likely' : 'possible',
      title: `ingress ${at.name} has no address`,
      ...(event?.message ? { cause: event.message } : {}),
      evidence: [
        evidence(at, 'status.loadBalancer.ingress', 'empty', ingress.metadata.creationTimestamp),
        ...(event ? [evidence(at, `event ${event.reason}`, event.message, event.lastTimestamp)] : []),
      ],
      commands: [kubectl(at, `describe ingress ${at.name}`)],
    },
  ];
}

/** The class that it names; the default one where it names none. */
const classOf = ({ snapshot }: ClusterView, { spec }: Ingress) =>
  snapshot.objects.ingressclasses.find(({ metadata }) =>
    spec?.ingressClassName === undefined
      ? metadata.annotations?.[DEFAULT] === 'true'
      : metadata.name === spec.ingressClassName,
  );
