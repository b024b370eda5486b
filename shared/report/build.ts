import * as z from 'zod';
import type { AnalyzedLog } from '#shared/domain/analyzed-log.ts';
import { CHANGES_VERDICT, type Coverage } from '#shared/domain/coverage.ts';
import type { Diagnosis } from '#shared/domain/diagnosis.ts';
import type { Incident, Outcome, TimelineEntry } from '#shared/domain/incident.ts';
import { attemptsOf } from './attempts.ts';
import { headline } from './headline.ts';
import { slaMarks } from './marks.ts';
import { type Attempt, check, type Report, type Verification, verification } from './model.ts';
import { nextStep } from './next-step.ts';
import { isPlanned } from './standing.ts';

export interface IncidentFacts {
  incident: Incident;
  timeline: readonly TimelineEntry[];
  /** in the order in which they were made; none where the cluster is dead */
  diagnoses: readonly Diagnosis[];
  /** of analyses that were kept with the incident, the newest of each log */
  logs?: readonly AnalyzedLog[];
  /** how the flow ended, where the caller knows; else it is read from the facts */
  outcome?: Outcome | undefined;
  /** ISO 8601; default: the newest time among the facts */
  at?: string | undefined;
  /** what was stored and could not be read back */
  unreadable?: Coverage['notChecked'];
}

const byTime = (a: { at: string }, b: { at: string }) => a.at.localeCompare(b.at);

// What the timeline holds more than this is no concern of the report.
const verificationFacts = z.object({
  ...verification.omit({ at: true }).shape,
  checks: z.array(z.object(check.shape)),
});

function lastVerification(timeline: readonly TimelineEntry[]): Verification | undefined {
  const entry = timeline.findLast(({ kind }) => kind === 'verification');
  const { data } = verificationFacts.safeParse(entry?.data);
  return entry && data && { at: entry.at, ...data };
}

function outcomeFrom(
  { timeline, diagnoses }: IncidentFacts,
  attempts: readonly Attempt[],
  verified: Verification | undefined,
): Outcome | undefined {
  if (verified?.outcome === 'recovered') return 'recovered';
  if (attempts.some(({ result }) => result === 'refused')) return 'refused';
  const last = diagnoses.at(-1);
  if (last?.verdict === 'healthy') return 'nothing-to-do';
  const has = (kind: TimelineEntry['kind']) => timeline.some((entry) => entry.kind === kind);
  if (last ? last.verdict === 'unknown' : has('error') || has('escalation')) return 'could-not-work';
  return has('escalation') ? 'escalated' : undefined;
}

/** Why nothing could be seen, or why an action was refused: the first reason that a person can act on. */
function reasonFor(outcome: Outcome | undefined, facts: IncidentFacts, attempts: readonly Attempt[]) {
  if (outcome === 'refused')
    return attempts.findLast(({ result }) => result === 'refused' || result === 'planned')?.reason;
  const error = facts.timeline.findLast(({ kind }) => kind === 'error')?.text;
  const escalated = facts.timeline.findLast(({ kind }) => kind === 'escalation')?.data?.reason;
  return error ?? (typeof escalated === 'string' ? escalated : blindSpot(facts.diagnoses.at(-1)));
}

/** What keeps the diagnosis from a verdict, before what only hides a reason. */
function blindSpot(diagnosis: Diagnosis | undefined): string | undefined {
  if (diagnosis?.verdict !== 'unknown') return undefined;
  const { notChecked } = diagnosis.coverage;
  const [gap] = [...notChecked.filter(({ why }) => why.includes(CHANGES_VERDICT)), ...notChecked];
  const why = gap?.why.replace(CHANGES_VERDICT, '');
  return gap?.check.startsWith('cluster (') ? why : gap && `${gap.check}: ${why}`;
}

/** Without a diagnosis nothing was checked, which must not look like nothing was amiss. */
const unseen = (why: string | undefined): Coverage => ({
  checked: [],
  notChecked: [{ check: 'everything', why: why ?? 'there is no diagnosis' }],
});

function changeBetween(before: Diagnosis, after: Diagnosis): NonNullable<Report['change']> {
  const had = new Set(before.findings.map(({ fingerprint }) => fingerprint));
  const has = new Set(after.findings.map(({ fingerprint }) => fingerprint));
  return {
    gone: before.findings.filter(({ fingerprint }) => !has.has(fingerprint)),
    remaining: after.findings.filter(({ fingerprint }) => had.has(fingerprint)),
    appeared: after.findings.filter(({ fingerprint }) => !had.has(fingerprint)),
  };
}

function measure(incident: Incident, diagnosis: Diagnosis | undefined, attempts: readonly Attempt[], ended?: string) {
  const since = (at: string | undefined) => (at ? Date.parse(at) - Date.parse(incident.openedAt) : undefined);
  const acted = attempts.find(({ result }) => result === 'done')?.at;
  const all = { toDiagnosisMs: since(diagnosis?.at), toActionMs: since(acted), toRecoveryMs: since(ended) };
  return Object.fromEntries(Object.entries(all).filter(([, ms]) => ms !== undefined));
}

function incidentReport(facts: IncidentFacts): Report {
  const { incident, diagnoses, logs = [], unreadable = [] } = facts;
  const timeline = facts.timeline.toSorted(byTime);
  const at = facts.at ?? incident.resolvedAt ?? timeline.at(-1)?.at ?? incident.openedAt;
  const [diagnosis] = diagnoses;
  const after = diagnoses.length > 1 ? diagnoses.at(-1) : undefined;
  const attempts = attemptsOf(incident, timeline, diagnosis);
  const verified = lastVerification(timeline);
  const outcome = facts.outcome ?? incident.outcome ?? outcomeFrom({ ...facts, timeline }, attempts, verified);
  const why = reasonFor(outcome, { ...facts, timeline }, attempts);
  const recoveredAt = outcome === 'recovered' ? (incident.mitigatedAt ?? verified?.at) : undefined;
  const now = outcome === 'recovered' ? diagnosis : (after ?? diagnosis);
  const seen = (after ?? diagnosis)?.coverage ?? unseen(why);
  return {
    schemaVersion: 1,
    at,
    target: incident.target,
    drill: incident.drill,
    headline: headline({ outcome, diagnosis, attempts, why }),
    verdict: diagnosis?.verdict ?? 'unknown',
    ...(outcome && { outcome }),
    next: nextStep({ target: incident.target, outcome, diagnosis: now, why, planned: isPlanned(attempts) }),
    incident,
    marks: slaMarks(incident, at, outcome === 'recovered' || outcome === 'nothing-to-do'),
    timeline,
    measures: measure(incident, diagnosis, attempts, recoveredAt),
    ...(diagnosis && { diagnosis }),
    ...(diagnosis && after && { after, change: changeBetween(diagnosis, after) }),
    ...(logs.length > 0 && { keptLogs: [...logs] }),
    attempts,
    ...(verified && { verification: verified }),
    coverage: { checked: seen.checked, notChecked: [...unreadable, ...seen.notChecked] },
  };
}

function diagnosisReport(diagnosis: Diagnosis): Report {
  const why = blindSpot(diagnosis);
  return {
    schemaVersion: 1,
    at: diagnosis.at,
    target: diagnosis.target,
    drill: false,
    headline: headline({ diagnosis, attempts: [], why }),
    verdict: diagnosis.verdict,
    next: nextStep({ diagnosis, why }),
    marks: [],
    timeline: [],
    measures: {},
    diagnosis,
    attempts: [],
    coverage: diagnosis.coverage,
  };
}

/** The one model of all renderings, of an incident or of a plain diagnosis. Pure. */
export const buildReport = (facts: { diagnosis: Diagnosis } | IncidentFacts): Report =>
  'incident' in facts ? incidentReport(facts) : diagnosisReport(facts.diagnosis);
