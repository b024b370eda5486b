import type { Snapshot } from '#shared/domain/snapshot.ts';
import type { Target } from '#shared/domain/target.ts';
import type { Chapter } from './chapter.ts';
import { collectorsOf } from './collector.ts';
import type { Endpoint } from './endpoints.ts';
import { exportEndpointsOf, flowsTo, policyWorldOf } from './flows.ts';
import type { WorkloadView } from './model.ts';
import { type FlowVerdict, judgeFlow, type PolicyWorld } from './network-policy.ts';
import { type ClusterView, viewOf } from './view.ts';

/** The guide's steps from the Service to the outside, each with the faults that its command would show. */
export const NETWORK = {
  services: {
    codes: [
      'service-missing',
      'service-selector-matches-nothing',
      'service-port-unexpected',
      'service-target-port-mismatch',
      'service-lb-pending',
    ],
    needs: ['services', 'pods'],
  },
  endpoints: {
    codes: ['service-no-ready-endpoints', 'service-endpoints-partial'],
    needs: ['services', 'endpointslices', 'pods'],
  },
  listening: {
    codes: [
      'collector-down',
      'collector-bound-to-localhost',
      'collector-port-not-exposed',
      'host-port-conflict',
      'probe-port-mismatch',
    ],
    needs: ['pods', 'services', 'configmaps'],
  },
  names: {
    codes: [
      'otlp-endpoint-unknown-host',
      'collector-exporter-endpoint-dns',
      'dns-coredns-unavailable',
      'dns-coredns-errors',
      'dns-config-invalid',
      'dns-resolution-failing',
      'netpol-egress-denies-dns',
    ],
    needs: ['pods', 'services', 'configmaps', 'networkpolicies'],
  },
  policies: {
    codes: [
      'netpol-egress-denies-collector',
      'netpol-egress-denies-backend',
      'netpol-ingress-denies-client',
      'netpol-selects-nothing',
      'netpol-peer-matches-nothing',
      'netpol-not-enforced',
      'netpol-eks-port-mismatch',
    ],
    needs: ['networkpolicies', 'pods'],
  },
  telemetry: {
    codes: [
      'otlp-endpoint-unset',
      'otlp-protocol-port-mismatch',
      'otlp-http-path-wrong',
      'otlp-tls-mismatch',
      'otlp-export-failing',
      'otlp-export-rejected',
      'collector-export-failing',
      'collector-export-permanent',
      'collector-signal-pipeline-missing',
    ],
    needs: ['pods', 'configmaps'],
  },
  ingress: {
    codes: [
      'ingress-backend-service-missing',
      'ingress-backend-port-mismatch',
      'ingress-class-missing',
      'ingress-no-address',
      'ingress-tls-secret-missing',
      'tls-cert-expired',
      'tls-cert-expiring',
      'tls-cert-invalid',
    ],
    needs: ['ingresses', 'services'],
  },
  'pod network': { codes: ['pod-sandbox-failed', 'node-network-unavailable'], needs: ['pods', 'events', 'nodes'] },
  outside: { codes: ['external-endpoint-unreachable'], needs: ['pods'] },
} as const satisfies Chapter<string>;

/** One connection that a workload makes for its telemetry, as far as the API shows the way. */
export interface Way {
  /** deployment/otlp-app */
  from: string;
  /** as its configuration writes it */
  to: string;
  /** where that is written: object and field path */
  writtenIn: string;
  /** the Service that the name stands for; `outside` for a name or address of another place */
  name: 'service' | 'no such service' | 'not read' | 'outside';
  /** ready endpoints of that Service */
  ready?: number;
  policies: FlowVerdict['verdict'];
  /** of the policies, where they do not allow it */
  why?: string;
}

const MOST_WAYS = 50;

/** The ways from the target and what it depends on to where they send telemetry. */
export function waysOf(snapshot: Snapshot, target: Target): Way[] {
  const view = viewOf(snapshot, target);
  const world = policyWorldOf(view);
  const collectors = new Set(collectorsOf(view));
  return view.workloads
    .flatMap((workload) => {
      const endpoints = collectors.has(workload) ? exportEndpointsOf(view, workload) : view.endpoints(workload);
      return endpoints.map((endpoint) => wayTo(view, world, workload, endpoint));
    })
    .slice(0, MOST_WAYS);
}

function wayTo(view: ClusterView, world: PolicyWorld, workload: WorkloadView, endpoint: Endpoint): Way {
  const { service: ref, url, source, path } = endpoint;
  const service = ref && view.service(ref.namespace, ref.name);
  const known = ref && view.knows('services', ref.namespace);
  const judged = flowsTo(view, workload, endpoint).map((flow) => judgeFlow(flow, world));
  const worst =
    judged.find(({ verdict }) => verdict === 'denied') ?? judged.find(({ verdict }) => verdict !== 'allowed');
  return {
    from: `${workload.ref.kind.toLowerCase()}/${workload.ref.name}`,
    to: url,
    writtenIn: `${source} ${path}`,
    name: !ref ? 'outside' : service ? 'service' : known ? 'no such service' : 'not read',
    ...(service?.ready !== undefined && { ready: service.ready }),
    policies: worst?.verdict ?? (judged.length > 0 ? 'allowed' : 'unknown'),
    ...(worst && { why: worst.why }),
  };
}
