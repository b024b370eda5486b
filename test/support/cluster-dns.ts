import type { Pod } from '#shared/domain/kubernetes.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { ago, NOW } from './namespace.ts';

const NAMESPACE = 'kube-system';
const LABELS = { 'k8s-app': 'kube-dns' };

interface Said {
  /** what the log says, a line each */
  lines: string[];
  /** seconds between two lines, and from the last one to the snapshot */
  every?: number;
  until?: number;
  /** as the kubelet dates them; a dump of a cluster has lines without */
  dated?: boolean;
}

/** CoreDNS with one server that is Ready, as a snapshot of another namespace shows it, and what that server logs. */
export function withCoreDns(snapshot: Snapshot, { lines, every = 20, until = 20, dated = true }: Said): Snapshot {
  const { objects } = snapshot;
  const containers = [{ name: 'coredns', image: 'eks/coredns:v1.13.1' }];
  objects.deployments.push({
    kind: 'Deployment',
    metadata: { name: 'coredns', namespace: NAMESPACE, uid: 'uid-coredns', creationTimestamp: ago(60 * 24 * 30) },
    spec: {
      replicas: 1,
      selector: { matchLabels: LABELS },
      template: { metadata: { labels: LABELS }, spec: { containers } },
    },
    status: { replicas: 1, availableReplicas: 1 },
  });
  const metadata = { name: 'coredns-7c9-x', namespace: NAMESPACE, uid: 'uid-coredns-x', labels: LABELS };
  const server: Pod = {
    metadata: {
      ...metadata,
      ownerReferences: [{ kind: 'Deployment', name: 'coredns', uid: 'uid-coredns', controller: true }],
    },
    spec: { containers },
    status: {
      phase: 'Running',
      podIP: '10.0.9.1',
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: ago(60 * 24) }],
      containerStatuses: [
        { name: 'coredns', ready: true, restartCount: 0, state: { running: { startedAt: ago(60 * 24) } } },
      ],
    },
  };
  objects.pods.push(server);
  const end = Date.parse(NOW) - until * 1000;
  const text = lines.map((line, index) => {
    const at = new Date(end - (lines.length - 1 - index) * every * 1000).toISOString();
    return dated ? `${at.slice(0, -1)}000000Z ${line}` : line;
  });
  snapshot.logs.push({
    namespace: NAMESPACE,
    pod: metadata.name,
    container: 'coredns',
    previous: false,
    text: `${text.join('\n')}\n`,
    truncated: false,
  });
  return snapshot;
}

/** As the plugin `errors` of CoreDNS words it: rcode, name, type, error. */
export const UPSTREAM_SILENT =
  '[ERROR] plugin/errors: 2 api.stripe.com. A: read udp 10.0.9.1:45123->10.0.0.2:53: i/o timeout';
export const API_SILENT =
  '[WARNING] plugin/kubernetes: Kubernetes API connection failure: Get "https://172.20.0.1:443/version": dial tcp 172.20.0.1:443: i/o timeout';
