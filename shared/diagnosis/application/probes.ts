import type { Code } from '../catalogue.ts';
import { endOf, notReadySince, startBudgetMs, troubleOf } from '../container-state.ts';
import { HISTORY_MS } from '../events.ts';
import { type ContainerView, millis } from '../model.ts';
import { killedForProbe } from '../probe-kills.ts';
import { called, evidence, inContainer, kubectl, ownerName, type Rule } from '../rule.ts';
import type { ClusterView } from '../view.ts';
import { duration } from '../what-changed.ts';

const PROBES: { code: Code; kind: string; field: string; applies: (view: ClusterView, c: ContainerView) => boolean }[] =
  [
    {
      code: 'startup-probe-failing',
      kind: 'Startup',
      field: 'startupProbe',
      applies: (view, c) => c.status?.started === false && troubleOf(view, c) !== undefined,
    },
    {
      code: 'liveness-probe-failing',
      kind: 'Liveness',
      field: 'livenessProbe',
      applies: (view, c) => troubleOf(view, c) !== undefined,
    },
    {
      code: 'readiness-probe-failing',
      kind: 'Readiness',
      field: 'readinessProbe',
      // A container that does not run cannot answer its probe: that is not the fault.
      applies: (view, c) => troubleOf(view, c) === 'unready',
    },
  ];

/** Probes that fail now: the kubelet said so a short while ago, and the container has not recovered since. */
export const rule: Rule = (view) =>
  view.disturbed.flatMap((container) =>
    PROBES.flatMap(({ code, kind, field, applies }) => {
      const { pod, name, spec, specPath, status, statusPath } = container;
      if (!applies(view, container)) return [];
      const unhealthy = view.events
        .of(pod.ref, pod.object.metadata.uid, { reason: 'Unhealthy' })
        .find((event) => event.message?.startsWith(`${kind} probe`) && isAbout(event.involvedObject.fieldPath, name));
      const probe = spec?.[field as 'livenessProbe'];
      const alone =
        kind !== 'Liveness' && probe !== undefined && started(container) + startBudgetMs(container) < view.now;
      const killed = !unhealthy && killedForProbe(view, container) === kind;
      if (!unhealthy && !alone && !killed) return [];
      return [
        {
          code,
          ...inContainer(container),
          confidence: unhealthy ? ('certain' as const) : ('likely' as const),
          title: `${kind.toLowerCase()} probe of container ${name} of ${ownerName(container)} fails`,
          ...(unhealthy ? { cause: explain(unhealthy.message ?? '') } : {}),
          ...(killed ? { cause: KILLED } : {}),
          evidence: [
            ...(unhealthy ? [evidence(pod.ref, 'event Unhealthy', unhealthy.message, unhealthy.lastTimestamp)] : []),
            evidence(pod.ref, `${statusPath}.ready`, status?.ready ?? false),
            evidence(pod.ref, `${statusPath}.restartCount`, status?.restartCount ?? 0),
            ...(killed ? endEvidence(view, container) : []),
            ...(probe ? [evidence(pod.ref, `${specPath}.${field}`, probe)] : []),
          ],
          ...(kind === 'Liveness' ? futile(view, container) : {}),
          since: millis(unhealthy?.firstTimestamp) ?? notReadySince(pod),
          commands: [
            kubectl(pod.ref, `describe ${called(pod.ref)}`),
            kubectl(pod.ref, `logs ${pod.ref.name} -c ${name}`),
          ],
        },
      ];
    }),
  );

const KILLED =
  'The process was asked to end, or killed when the probe had failed as often as it may, and no event says why.';

function endEvidence(view: ClusterView, container: ContainerView) {
  const found = endOf(view, container);
  if (!found) return [];
  const { end, path } = found;
  return [
    evidence(container.pod.ref, `${path}.exitCode`, end.exitCode, end.finishedAt),
    evidence(container.pod.ref, `${path}.startedAt`, end.startedAt, end.startedAt),
  ];
}

/** So many restarts in place did not last: one more from outside is the same medicine. */
const ENOUGH_RESTARTS = 3;

function futile({ now }: ClusterView, { pod, name, status }: ContainerView): { restartFutile?: string } {
  const restarts = status?.restartCount ?? 0;
  const last = millis(status?.lastState?.terminated?.finishedAt);
  if (restarts < ENOUGH_RESTARTS || last === undefined || now - last > HISTORY_MS) return {};
  const times = `${restarts} times, the last time ${duration(now - last)} ago`;
  return {
    restartFutile: `the kubelet has restarted container ${name} of ${called(pod.ref)} ${times}, and it fails again`,
  };
}

/** An event without a field path is about the pod, and so about any of its containers. */
export const isAbout = (fieldPath: string | undefined, name: string) => !fieldPath || fieldPath.includes(`{${name}}`);

const started = ({ status }: ContainerView) => millis(status?.state?.running?.startedAt) ?? Number.POSITIVE_INFINITY;

/** What the kubelet's words mean. First match wins. */
const MEANINGS: [words: RegExp, cause: string][] = [
  [
    /failed to exec in container|executable file not found/i,
    'The command of the probe cannot be run in the container.',
  ],
  [/failed to connect service|no route to host|i\/o timeout/i, 'Nobody takes the connection at the port of the probe.'],
  [/connection refused/i, 'Nothing listens on the port of the probe.'],
  [
    /command timed out|command ".{0,200}" timed out/i,
    'The command of the probe does not end in time: hung or overloaded.',
  ],
  [
    /deadline exceeded|timed? ?out/i,
    'The process takes the connection but does not answer in time: hung or overloaded.',
  ],
  [/statuscode: 5\d\d|NOT_SERVING/i, 'The process answers that it is not well: it, or something that it depends on.'],
  [/statuscode: 40[13]/i, 'The process wants credentials for the path of the probe.'],
  [/statuscode: 4\d\d/i, 'The process does not know the path of the probe.'],
];

const explain = (message: string): string =>
  MEANINGS.find(([words]) => words.test(message))?.[1] ?? 'The process does not answer the probe as expected.';
