import type { IgnoreRule } from '#shared/domain/config.ts';
import type { Coverage } from '#shared/domain/coverage.ts';
import type { Diagnosis, IgnoredFinding } from '#shared/domain/diagnosis.ts';
import type { Finding } from '#shared/domain/finding.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import type { Target } from '#shared/domain/target.ts';
import { coverageOf, verdictOf } from './assess.ts';
import { type Fault, findingsOf } from './finding.ts';
import { logsSeen } from './logs-seen.ts';
import { rank } from './rank.ts';
import { recommend } from './recommend.ts';
import type { Sighting } from './rule.ts';
import { RULES } from './rules.generated.ts';
import { type ClusterView, viewOf } from './view.ts';

interface DiagnoseOptions {
  target: Target;
  ignore?: IgnoreRule[];
  /** against which the dates of `ignore` are read; default: the time of the snapshot */
  now?: Date;
}

/** What is wrong, why, and what to do about it: a pure function of one snapshot. */
export function diagnose(
  snapshot: Snapshot,
  { target, ignore = [], now = new Date(snapshot.at) }: DiagnoseOptions,
): Omit<Diagnosis, 'snapshot' | 'durationMs'> {
  const view = viewOf(snapshot, target);
  const { sightings, broken } = look(view);
  const { ignored, kept } = silence(findingsOf(view, sightings), ignore, now);
  const { roots, faults } = rank(view, kept);
  const startingUp = view.workloads.some(({ desired, available }) => available < desired);
  const [first] = roots;
  const logs = logsSeen(view);
  return {
    schemaVersion: 1,
    target: target.name,
    at: snapshot.at,
    verdict: verdictOf(view, roots),
    ...(first ? { layer: first.finding.layer } : {}),
    rootCauses: roots.map(({ finding }) => finding),
    findings: faults.map(({ finding }) => finding),
    ignored,
    action: recommend(view, roots, { startingUp }),
    coverage: coverageOf(view, broken),
    ...(logs.length > 0 && { logs }),
  };
}

/** One rule that trips over an odd object must not hide what the others see. */
function look(view: ClusterView): { sightings: Sighting[]; broken: Coverage['notChecked'] } {
  const broken: Coverage['notChecked'] = [];
  const sightings = Object.entries(RULES).flatMap(([name, rule]) => {
    try {
      return rule(view);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      broken.push({ check: `rule ${name}`, why: `it could not read an object of this snapshot: ${why}` });
      return [];
    }
  });
  return { sightings, broken };
}

function silence(faults: Fault[], rules: IgnoreRule[], now: Date): { kept: Fault[]; ignored: IgnoredFinding[] } {
  const today = now.toISOString().slice(0, 10);
  const inForce = rules.filter(({ until }) => until >= today);
  const kept: Fault[] = [];
  const ignored: IgnoredFinding[] = [];
  for (const fault of faults) {
    const rule = inForce.find((each) => silences(each, fault.finding));
    if (rule) ignored.push({ finding: fault.finding, until: rule.until, reason: rule.reason });
    else kept.push(fault);
  }
  return { kept, ignored };
}

/** By the object at fault, or by the workload that holds it. */
function silences({ code, subject: wanted }: IgnoreRule, { code: own, subject, owner }: Finding): boolean {
  if (code !== own) return false;
  const fits = (about: Partial<Finding['subject']>) =>
    (['cluster', 'kind', 'namespace', 'name', 'container'] as const).every(
      (field) => wanted[field] === undefined || wanted[field] === about[field],
    );
  return fits(subject) || (owner !== undefined && fits({ ...subject, ...owner }));
}
