import { type Evidence, type Finding, fingerprintOf, type Owner, type RemedyAction } from '#shared/domain/finding.ts';
import { ownershipOf } from '#shared/domain/ownership.ts';
import type { Severity } from '#shared/domain/severity.ts';
import type { Fault as CatalogueFault } from './catalogue/fault.ts';
import { CATALOGUE } from './catalogue.ts';
import { controllersIn } from './controllers.ts';
import { keyOf, millis, type PodView, type WorkloadView } from './model.ts';
import type { Sighting } from './rule.ts';
import type { ClusterView } from './view.ts';

/** A finding with the objects that it is about, for ranking. */
export interface Fault {
  finding: Finding;
  code: Sighting['code'];
  /** the workload or else the object itself: where it stands in the graph of relations */
  anchor: Owner;
  workload?: WorkloadView;
  pods: PodView[];
  /** why a restart, which may help against this fault, does not help here */
  restartFutile?: string;
}

/** A few of many alike are enough to believe it. */
const PODS_SHOWN = 3;
const MOST_EVIDENCE = 16;

const isShown = (pods: PodView[]) => {
  const shown = new Set(pods.slice(0, PODS_SHOWN));
  return ({ pod }: Sighting) => !pod || shown.has(pod);
};

/** One finding per fault and owning workload and container, however many pods show it. */
export function findingsOf(view: ClusterView, sightings: Sighting[]): Fault[] {
  const cluster = view.snapshot.cluster.name;
  const controllerOf = controllersIn(view);
  const groups = Map.groupBy(sightings, ({ code, at, container, workload, pod }) =>
    fingerprintOf(
      code,
      { cluster, ...at, ...(container ? { container } : {}) },
      workload?.ref ?? controllerOf(at, pod),
    ),
  );
  return [...groups].map(([fingerprint, group]) => merge(view, fingerprint, group, controllerOf));
}

function merge(
  view: ClusterView,
  fingerprint: string,
  group: Sighting[],
  controllerOf: ReturnType<typeof controllersIn>,
): Fault {
  const first = group.toSorted((a, b) => severityOf(a).localeCompare(severityOf(b)))[0] as Sighting;
  const { code, at, container, workload } = first;
  const fault = CATALOGUE[code];
  const restartFutile = group.find((one) => one.restartFutile !== undefined)?.restartFutile;
  const pods = [...new Set(group.flatMap(({ pod }) => pod ?? []))];
  const finding: Finding = {
    code,
    layer: fault.layer,
    severity: severityOf(first),
    confidence: first.confidence ?? 'certain',
    subject: { cluster: view.snapshot.cluster.name, ...at, ...(container ? { container } : {}) },
    title: pods.length > 1 ? `${first.title} (${pods.length} pods)` : first.title,
    evidence: distinct(group.filter(isShown(pods)).flatMap(({ evidence }) => evidence)).slice(0, MOST_EVIDENCE),
    cause: first.cause ?? fault.cause,
    remedy: remedyOf(first, fault),
    actions: restartFutile === undefined ? fault.actions : withoutRestart(fault.actions),
    fingerprint,
    ...seen(view, group),
  };
  const holder = workload?.ref ?? controllerOf(at, first.pod);
  if (holder && keyOf(holder) !== keyOf(at)) finding.owner = holder;
  if (fault.requires) finding.requires = fault.requires;
  return {
    finding,
    code,
    anchor: holder ?? at,
    pods,
    ...(workload ? { workload } : {}),
    ...(restartFutile === undefined ? {} : { restartFutile }),
  };
}

const withoutRestart = (actions: RemedyAction[]): RemedyAction[] => [
  ...actions.filter((action) => action !== 'restart' && action !== 'escalate'),
  'escalate',
];

/** A workload that something else describes is to be mended there. */
function remedyOf(sighting: Sighting, fault: CatalogueFault): Finding['remedy'] {
  const text = sighting.remedy ?? fault.remedy;
  const commands = [...new Set(sighting.commands)];
  const owned = sighting.workload && severityOf(sighting) !== 'P3' ? ownershipOf(sighting.workload.object) : undefined;
  if (!owned) return { text, commands };
  return { text: `${text} ${owned.advice}`, commands: [...commands, owned.command] };
}

const distinct = (all: Evidence[]): Evidence[] => [
  ...new Map(all.map((one) => [`${one.source} ${one.path} ${one.value}`, one])).values(),
];

function seen(view: ClusterView, group: Sighting[]): Pick<Finding, 'firstSeen' | 'lastSeen'> {
  const times = group.flatMap(({ evidence, since }) => [since, ...evidence.map(({ at }) => millis(at))]);
  const known = times.filter((time) => time !== undefined);
  if (known.length === 0) return {};
  const firstSeen = known.reduce((a, b) => Math.min(a, b));
  // What the snapshot shows is still so at the time of the snapshot.
  return {
    firstSeen: new Date(firstSeen).toISOString(),
    lastSeen: new Date(Math.max(view.now, firstSeen)).toISOString(),
  };
}

/**
 * By the guide's table: P0 nothing of what was asked about is left, P1 nothing of something that it needs, P2 a part.
 * Advice stays advice.
 */
export function severityOf({ code, severity, workload }: Sighting): Severity {
  if (severity) return severity;
  const usual = CATALOGUE[code].severity;
  if (usual === 'P3' || !workload || workload.desired === 0) return usual;
  if (workload.available > 0) return 'P2';
  return workload.named ? 'P0' : 'P1';
}
