import type { Layer } from '#shared/domain/finding.ts';

/** A fault that has a code, and why no rule over a snapshot can emit it. */
export interface NotShown {
  layer: Layer;
  why: string;
}

/** In the order of the layers; the reference lists them after the codes that can be found. */
export const NOT_SHOWN: Readonly<Record<string, NotShown>> = {
  'cluster-health-issue': {
    layer: 'platform',
    why: 'EKS tells it by DescribeCluster and DescribeNodegroup; a snapshot holds what the Kubernetes API answers.',
  },
  'medic-unauthorized': { layer: 'platform', why: 'It is no fault of the cluster: coverage says it.' },
  'medic-forbidden': { layer: 'platform', why: 'It is no fault of the cluster: coverage says it, kind by kind.' },
  'medic-apiserver-unreachable': {
    layer: 'platform',
    why: 'Nothing is seen then: the verdict is unknown and coverage says why.',
  },
  'medic-partial-data': { layer: 'platform', why: 'It is no fault of the cluster: coverage says what was left out.' },
  'collector-receiver-refusing': {
    layer: 'otlp',
    why: 'The Collector counts refusals (otelcol_receiver_refused_*) and logs none of them; its metrics are not in a snapshot.',
  },
  'otlp-pipeline-silent': {
    layer: 'otlp',
    why: 'That nothing arrives is a difference between two readings of otelcol_receiver_accepted_*; a snapshot is one look without metrics.',
  },
};
