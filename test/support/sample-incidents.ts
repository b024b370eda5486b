import type { ActionOutcome } from '#shared/domain/action.ts';
import type { Incident, TimelineEntry } from '#shared/domain/incident.ts';
import { deadlines } from '#shared/domain/severity.ts';
import type { IncidentFacts } from '#shared/report/build.ts';
import {
  APP,
  COLLECTOR,
  crashLoop,
  diagnosisOf,
  findingOf,
  healthy,
  noEndpoints,
  oomKilled,
  pod,
  unavailable,
} from './sample-findings.ts';

const OPENED = '2026-11-25T01:02:03.000Z';
const at = (seconds: number) => new Date(Date.parse(OPENED) + seconds * 1000).toISOString();

export function incidentOf(given: Partial<Incident> = {}): Incident {
  return {
    id: '20261125-010203-ab12cd',
    fingerprint: '0123456789abcdef',
    severity: 'P0',
    status: 'open',
    drill: false,
    target: 'checkout-telemetry',
    trigger: { source: 'alarm', id: 'otlp-app-down', reason: 'alarm otlp-app-availability is in ALARM' },
    execution: 'p0-response-1',
    openedAt: OPENED,
    sla: { ...deadlines('P0', OPENED), breaches: [] },
    occurrences: 1,
    actions: [],
    reports: [],
    ...given,
  };
}

export const entry = (
  seconds: number,
  kind: TimelineEntry['kind'],
  source: string,
  text: string,
  data?: Record<string, unknown>,
): TimelineEntry => ({ at: at(seconds), kind, source, actor: 'otlp-medic', text, ...(data && { data }) });

export function restartOf(outcome: Partial<ActionOutcome> = {}): Incident['actions'][number] {
  return {
    plan: {
      kind: 'restart',
      incidentId: '20261125-010203-ab12cd',
      workload: APP,
      uid: '6f9c',
      generation: 7,
      reason: 'a restart frees the leaked memory and buys time',
      consequences: ['no downtime: RollingUpdate with 3 replicas', 'the logs of the old containers are lost'],
      patch: {},
      hash: 'c0ffee',
    },
    outcome: {
      result: 'done',
      reason: 'a restart frees the leaked memory and buys time',
      at: at(9),
      generation: 8,
      ...outcome,
    },
  };
}

const start = [
  entry(0, 'opened', 'open-incident', 'P0 opened by alarm: otlp-app-availability is in ALARM'),
  entry(1, 'notice', 'notify', 'opened: delivered to slack, sns'),
  entry(4, 'evidence', 'collect-snapshot', 'snapshot of 61 objects and 6 logs, 2 things not checked'),
];

/** A leak that a restart cures. */
export const recovered: IncidentFacts = {
  incident: incidentOf({ status: 'mitigated', actions: [restartOf()], mitigatedAt: at(87) }),
  timeline: [
    ...start,
    entry(5, 'diagnosis', 'diagnose', 'failed: container-oom-killed (application); a restart can help'),
    entry(9, 'action', 'restart-rollout', 'restarted Deployment otlp-app, generation 8'),
    entry(70, 'verification', 'verify-recovery', 'settling: 2 of 3 new pods are Ready'),
    entry(87, 'verification', 'verify-recovery', 'recovered: rollout complete, root finding gone', {
      outcome: 'recovered',
      reason: 'the rollout is complete, the root finding is gone and nothing restarted for 15 s',
      checks: [
        { name: 'rollout', outcome: 'pass', detail: '3 of 3 replicas updated and available at generation 8' },
        { name: 'root finding', outcome: 'pass', detail: 'container-oom-killed is gone' },
        { name: 'stability', outcome: 'pass', detail: 'no container restarted for 15 s' },
        { name: 'canary', outcome: 'not-checked', detail: 'the target names no OTLP endpoint' },
      ],
    }),
  ],
  diagnoses: [diagnosisOf(), healthy],
  outcome: 'recovered',
  at: at(88),
};

const badImage = findingOf({
  code: 'image-not-found',
  severity: 'P0',
  subject: pod('otlp-app-77b9d5f4c8-q7wzn', 'otlp-app'),
  owner: APP,
  title: 'Image ghcr.io/acme/otlp-app:2.4.1-rc9 does not exist in its registry',
  cause: 'Revision 12 names a tag that was never pushed, so no new pod can start; the old ones were replaced.',
  evidence: [
    {
      source: 'Pod/otlp-system/otlp-app-77b9d5f4c8-q7wzn',
      path: 'status.containerStatuses[0].state.waiting.message',
      value:
        'Back-off pulling image "ghcr.io/acme/otlp-app:2.4.1-rc9": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image "ghcr.io/acme/otlp-app:2.4.1-rc9": failed to resolve reference: not found',
      at: '2026-11-25T01:01:12.000Z',
    },
    {
      source: 'ReplicaSet/otlp-system/otlp-app-77b9d5f4c8',
      path: 'metadata.annotations[deployment.kubernetes.io/revision]',
      value: '12',
    },
  ],
  remedy: {
    text: 'Go back to revision 11, whose image exists, or push the missing tag.',
    commands: [
      'kubectl -n otlp-system rollout undo deployment/otlp-app --to-revision=11',
      'kubectl -n otlp-system rollout status deployment/otlp-app --timeout=300s',
    ],
  },
  actions: ['rollback'],
});

const imageSymptoms = ['otlp-app-77b9d5f4c8-q7wzn', 'otlp-app-77b9d5f4c8-8hd2l', 'otlp-app-77b9d5f4c8-m4k9p'].map(
  (name) =>
    findingOf({
      code: 'pod-not-ready',
      subject: pod(name),
      owner: APP,
      title: `Pod ${name} is not Ready`,
      cause: 'Its container does not run.',
      fingerprint: `not-ready-${name}`,
      explainedBy: badImage.fingerprint,
    }),
);

/** A new revision with an image that is not there: no restart can help. */
export const escalated: IncidentFacts = {
  incident: incidentOf(),
  timeline: [
    ...start,
    entry(5, 'diagnosis', 'diagnose', 'failed: image-not-found (application); a restart cannot help'),
    entry(6, 'escalation', 'escalate', 'escalated to the on-call engineer'),
  ],
  diagnoses: [
    diagnosisOf({
      rootCauses: [badImage],
      findings: [badImage, ...imageSymptoms, { ...unavailable, explainedBy: badImage.fingerprint }, noEndpoints],
      action: {
        class: 'rollback',
        reason: 'the fault began with revision 12; a restart would pull the same missing image again',
        toRevision: 11,
      },
    }),
  ],
  outcome: 'escalated',
  at: at(7),
};

const collectorConfig = findingOf({
  code: 'collector-config-invalid',
  layer: 'otlp',
  severity: 'P0',
  subject: { kind: 'ConfigMap', namespace: 'otlp-system', name: 'otel-collector-config' },
  owner: COLLECTOR,
  title: 'Collector configuration names an exporter that is not configured: otlp/backend',
  cause: 'service.pipelines.traces lists exporter "otlp/backend", but exporters has only "otlp/backends".',
  evidence: [
    {
      source: 'log of Pod/otlp-system/otel-collector-5c6f7d8b9-rt5xw (previous)',
      path: 'last lines',
      value:
        'Error: invalid configuration: service::pipelines::traces: references exporter "otlp/backend" which is not configured\n2026/11/25 00:57:11 collector server run finished with error: invalid configuration',
    },
  ],
  remedy: {
    text: 'Correct the name in the ConfigMap, then restart the Collector so that it reads the file.',
    commands: [
      'kubectl -n otlp-system edit configmap otel-collector-config',
      'kubectl -n otlp-system rollout restart deployment/otel-collector',
    ],
  },
  actions: ['escalate'],
});
const collectorCrash = {
  ...crashLoop,
  subject: pod('otel-collector-5c6f7d8b9-rt5xw', 'otel-collector'),
  owner: COLLECTOR,
  title: 'Container otel-collector restarts again and again (5 restarts)',
  fingerprint: 'cc',
  explainedBy: collectorConfig.fingerprint,
};
const collectorDown = findingOf({
  code: 'collector-down',
  layer: 'otlp',
  severity: 'P0',
  subject: COLLECTOR,
  owner: COLLECTOR,
  title: 'Collector otel-collector has no ready pod',
  cause: 'Its pods crash.',
  explainedBy: 'cc',
});
const appDependency = findingOf({
  code: 'app-export-failing',
  layer: 'otlp',
  confidence: 'likely',
  subject: pod('otlp-app-6d8f9c7b5-x2v9k', 'otlp-app'),
  owner: APP,
  title: 'otlp-app cannot export: connection refused by otel-collector:4317',
  cause: 'Nothing listens there.',
  explainedBy: collectorDown.fingerprint,
});
const appUnready = { ...unavailable, explainedBy: appDependency.fingerprint };

/** A broken Collector that takes the app down with it; policy forbids an action. */
export const cascade: IncidentFacts = {
  incident: incidentOf({ drill: true, trigger: { source: 'drill', id: 'd1' }, acknowledgedAt: at(400) }),
  timeline: [
    ...start,
    entry(5, 'diagnosis', 'diagnose', 'failed: collector-config-invalid (otlp)'),
    entry(7, 'action', 'restart-rollout', 'restart refused: policy is diagnose-only', {
      kind: 'restart',
      result: 'refused',
      reason: 'the policy of this target is diagnose-only',
    }),
    entry(400, 'note', 'acknowledge-incident', 'wang.li: looking into it'),
  ],
  diagnoses: [
    diagnosisOf({
      layer: 'otlp',
      rootCauses: [collectorConfig, { ...oomKilled, confidence: 'possible' }],
      findings: [collectorConfig, collectorCrash, collectorDown, appDependency, appUnready, noEndpoints, oomKilled],
      action: { class: 'escalate', reason: 'a restart reads the same broken configuration' },
    }),
  ],
  outcome: 'refused',
  at: at(4200),
};

/** Nothing could be seen. */
export const deadCluster: IncidentFacts = {
  incident: incidentOf(),
  timeline: [
    ...start.slice(0, 2),
    entry(
      14,
      'error',
      'collect-snapshot',
      'connect to https://10.0.3.7:6443 refused: the API server of cluster prod-eu is down, or a firewall closes the port',
    ),
  ],
  diagnoses: [],
  outcome: 'could-not-work',
  at: at(15),
};
