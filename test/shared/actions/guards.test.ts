import { describe, expect, it } from 'vitest';
import { RESTART_GUARDS, restartRefusals, type Situation } from '#shared/actions/guards.ts';
import { INCIDENT, RESTARTED_AT } from '#shared/actions/plan.ts';
import { config, policyFor } from '#shared/domain/config.ts';
import type { Workload } from '#shared/domain/kubernetes.ts';
import { target } from '#shared/domain/target.ts';
import { deploymentOf } from '#test/support/faults.ts';
import { healthyNamespace, NAMESPACE, NOW } from '#test/support/namespace.ts';
import { diagnosisOf } from '#test/support/sample-findings.ts';
import { incidentOf, restartOf } from '#test/support/sample-incidents.ts';

type Change = (situation: Situation, workload: Workload) => void;

function situation(change: Change = () => undefined): Situation {
  const shop = target.parse({ name: 'shop', cluster: 'sandbox' });
  const workload = deploymentOf(healthyNamespace(), 'otlp-app');
  const about: Situation = {
    target: shop,
    policy: policyFor(shop, config.parse({}).policy),
    now: new Date(NOW),
    owner: { kind: 'Deployment', namespace: NAMESPACE, name: 'otlp-app' },
    workload,
    incident: incidentOf(),
    diagnosis: diagnosisOf({ action: { class: 'restart', reason: 'it hangs' } }),
  };
  change(about, workload);
  return about;
}

const minutesAgo = (minutes: number) => new Date(Date.parse(NOW) - minutes * 60_000).toISOString();

function restarted(workload: Workload, minutes: number, by: string | undefined): void {
  const template = workload.spec.template;
  template.metadata = { ...template.metadata, annotations: { [RESTARTED_AT]: minutesAgo(minutes) } };
  if (by) workload.metadata.annotations = { ...workload.metadata.annotations, [INCIDENT]: by };
}

const annotated =
  (key: string): Change =>
  (_, workload) => {
    workload.metadata.annotations = { ...workload.metadata.annotations, [key]: 'x' };
  };

const progressing = (workload: Workload, status: string, reason: string) => {
  const found = workload.status?.conditions?.find(({ type }) => type === 'Progressing');
  Object.assign(found ?? {}, { status, reason });
};

/** Guard, why it refuses, and the change to a situation in which all guards agree. */
const REFUSED: [guard: string, when: string, change: Change, says: RegExp][] = [
  [
    'kill-switch',
    'all actions are switched off',
    (s) => {
      s.killSwitch = 'game day';
    },
    /switched off .*game day/,
  ],
  [
    'policy',
    'the policy is diagnose-only',
    (s) => {
      s.policy.response = 'diagnose-only';
    },
    /diagnose-only/,
  ],
  [
    'allowed-actions',
    'the target does not allow restarts',
    (s) => {
      s.target.actions = ['rollback'];
    },
    /does not allow restart/,
  ],
  [
    'own-workload',
    'the workload is not of the target',
    (s) => {
      s.owner = { ...s.owner, name: 'otel-collector' };
    },
    /not one of the workloads/,
  ],
  [
    'own-workload',
    'the workload is in another namespace',
    (s) => {
      s.owner = { ...s.owner, namespace: 'kube-system' };
    },
    /kube-system/,
  ],
  [
    'open-incident',
    'the incident is closed',
    (s) => {
      s.incident = incidentOf({ outcome: 'escalated' });
    },
    /is closed/,
  ],
  [
    'eligible',
    'the diagnosis asks for something else',
    (s) => {
      s.diagnosis = diagnosisOf({ action: { class: 'rollback', reason: 'the image is bad' } });
    },
    /the image is bad/,
  ],
  [
    'once-per-incident',
    'this incident has restarted before',
    (s) => {
      s.incident = incidentOf({ actions: [restartOf()] });
    },
    /already/,
  ],
  [
    'exists',
    'it is not there',
    (s) => {
      s.workload = undefined;
    },
    /does not exist in namespace otlp-system/,
  ],
  [
    'deleting',
    'it is being deleted',
    (_, w) => {
      w.metadata.deletionTimestamp = NOW;
    },
    /deleted/,
  ],
  [
    'paused',
    'its rollout is paused',
    (_, w) => {
      w.spec.paused = true;
    },
    /kubectl rollout resume deployment\/otlp-app/,
  ],
  [
    'scaled-to-zero',
    'it is scaled to zero',
    (_, w) => {
      w.spec.replicas = 0;
    },
    /scaled to zero/,
  ],
  [
    'on-delete',
    'its pods are replaced by hand',
    (_, w) => {
      w.spec.updateStrategy = { type: 'OnDelete' };
    },
    /OnDelete/,
  ],
  [
    'rollout-in-progress',
    'the controller has not seen the last change',
    (_, w) => {
      w.metadata.generation = 99;
    },
    /not yet seen/,
  ],
  [
    'rollout-in-progress',
    'pods are being exchanged',
    (_, w) => {
      Object.assign(w.status ?? {}, { updatedReplicas: 1, replicas: 3 });
    },
    /in progress \(1 of 2 pods/,
  ],
  ['git-ops', 'Argo CD owns it', annotated('argocd.argoproj.io/tracking-id'), /Argo CD owns it/],
  ['git-ops', 'Flux owns it', annotated('helm.toolkit.fluxcd.io/name'), /Flux owns it/],
  [
    'operator',
    'the OpenTelemetry Operator owns it',
    (_, w) => {
      w.metadata.labels = { ...w.metadata.labels, 'app.kubernetes.io/managed-by': 'opentelemetry-operator' };
      w.metadata.ownerReferences = [{ kind: 'OpenTelemetryCollector', name: 'gateway', uid: 'u', controller: true }];
    },
    /from OpenTelemetryCollector gateway.*policy\.actOnGitOps/,
  ],
  [
    'operator',
    'any other controller owns it',
    (_, w) => {
      w.metadata.ownerReferences = [{ kind: 'Rollout', name: 'shop', uid: 'u', controller: true }];
    },
    /Rollout shop owns it/,
  ],
  [
    'cooldown',
    'another incident restarted it minutes ago',
    (_, w) => restarted(w, 10, '20261120-095000-aaaaaa'),
    /20261120-095000-aaaaaa .* 20 min are left/,
  ],
];

describe('the guards of a restart', () => {
  it('all agree on a workload at fault that a restart can help', () => {
    expect(restartRefusals(situation())).toEqual([]);
  });

  it.each(REFUSED)('%s refuses when %s', (guard, _, change, says) => {
    const refusals = restartRefusals(situation(change));
    expect(refusals.map((one) => one.guard)).toEqual([guard]);
    expect(refusals[0]?.reason).toMatch(says);
  });

  it('each have a case here', () => {
    expect([...new Set(REFUSED.map(([guard]) => guard))].sort()).toEqual(Object.keys(RESTART_GUARDS).sort());
  });

  it('all speak, so that a person sees every obstacle at once', () => {
    const refusals = restartRefusals(
      situation((s, w) => {
        s.policy.response = 'diagnose-only';
        w.spec.paused = true;
      }),
    );
    expect(refusals.map(({ guard }) => guard)).toEqual(['policy', 'paused']);
  });

  const AGREED: [when: string, change: Change][] = [
    ['the cooldown is over', (_, w) => restarted(w, 31, '20261120-092900-aaaaaa')],
    ['a person restarted it: the cooldown is about the medic', (_, w) => restarted(w, 1, undefined)],
    [
      'the rollout in progress is over its deadline: it is the fault itself',
      (_, w) => {
        Object.assign(w.status ?? {}, { updatedReplicas: 1, replicas: 3 });
        progressing(w, 'False', 'ProgressDeadlineExceeded');
      },
    ],
    [
      'all pods are exchanged and none is available: that is the fault, not a rollout',
      (_, w) => {
        Object.assign(w.status ?? {}, { availableReplicas: 0 });
      },
    ],
    [
      'GitOps owns it and the policy says to act all the same',
      (s, w) => {
        s.policy.actOnGitOps = true;
        annotated('argocd.argoproj.io/tracking-id')(s, w);
      },
    ],
    [
      'an operator owns it and the policy says to act all the same',
      (s, w) => {
        s.policy.actOnGitOps = true;
        w.metadata.ownerReferences = [{ kind: 'OpenTelemetryCollector', name: 'gateway', uid: 'u', controller: true }];
      },
    ],
    [
      'there is no diagnosis: a person asks',
      (s) => {
        s.diagnosis = undefined;
      },
    ],
    [
      'the target is a whole namespace',
      (s) => {
        s.target.workloads = 'all';
        s.owner = { ...s.owner, name: 'otel-collector' };
      },
    ],
  ];

  it.each(AGREED)('agree when %s', (_, change) => {
    expect(restartRefusals(situation(change))).toEqual([]);
  });
});
