import { millis } from '../model.ts';
import { evidence, kubectl, type Rule } from '../rule.ts';
import type { ClusterView } from '../view.ts';

/** A load balancer of a cloud takes a few minutes. */
const SETTLED_MS = 10 * 60_000;

/** Clouds give every such Service its address; on machines of one's own there may be nobody who does. */
const CLOUDS = /^(?:aws|gce|azure|ibm|oci|openstack|digitalocean|hcloud|linode):\/\//;

const isCloud = ({ snapshot }: ClusterView): boolean =>
  snapshot.objects.nodes.some(({ spec }) => CLOUDS.test(spec?.providerID ?? ''));

/** A Service of type LoadBalancer that has got no address from outside. */
export const rule: Rule = (view) =>
  view.services.flatMap(({ ref, object, expected }) => {
    if (object.spec?.type !== 'LoadBalancer' || object.status?.loadBalancer?.ingress?.length) return [];
    const events = view.events.of(ref, object.metadata.uid).filter(({ type }) => type === 'Warning');
    const event = events.find(({ reason = '' }) => /LoadBalancer|BuildModel|DeployModel/.test(reason));
    const made = millis(object.metadata.creationTimestamp);
    if (!event && (made === undefined || view.now - made < SETTLED_MS)) return [];
    return [
      {
        code: 'service-lb-pending' as const,
        at: ref,
        severity: expected || event || isCloud(view) ? ('P2' as const) : ('P3' as const),
        confidence: event ? ('certain' as const) : ('likely' as const),
        title: `service ${ref.name} has no load balancer`,
        ...(event?.message ? { cause: event.message } : {}),
        evidence: [
          evidence(ref, 'status.loadBalancer.ingress', 'empty', object.metadata.creationTimestamp),
          ...(event ? [evidence(ref, `event ${event.reason}`, event.message, event.lastTimestamp)] : []),
        ],
        commands: [kubectl(ref, `describe service ${ref.name}`)],
      },
    ];
  });
