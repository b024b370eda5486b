import type { Finding } from '#shared/domain/finding.ts';
import type { RunChanges } from '#shared/domain/run-changes.ts';
import type { IncidentFacts } from '#shared/report/build.ts';
import { diagnosisOf, findingOf } from './sample-findings.ts';
import { entry, incidentOf, restartOf } from './sample-incidents.ts';
import { logSaying } from './sample-logs.ts';

/** Attacks on every reader: HTML, Markdown, Slack, terminals, right-to-left. */
export const HOSTILE =
  '<script>alert(1)</script>"\'><img src=x onerror=alert(2)>`|**b**|[click](javascript:alert(3)) <!channel> <@U123> @everyone & \u001b[31mred\u001b[0m\u001b]8;;http://evil.test\u0007link\u001b]8;;\u0007\u0007\u202egnp.exe\u0000 </pre></style> {{y}} https://evil.test www.evil.test';

const hostileFinding = findingOf({
  code: 'container-exit-error',
  subject: { kind: HOSTILE, namespace: HOSTILE, name: HOSTILE, container: HOSTILE },
  owner: { kind: HOSTILE, namespace: HOSTILE, name: HOSTILE },
  title: HOSTILE,
  cause: HOSTILE,
  evidence: [{ source: HOSTILE, path: HOSTILE, value: `${HOSTILE}\n${HOSTILE}` }],
  remedy: { text: HOSTILE, commands: [HOSTILE, `${HOSTILE}\n\`\`\`\n${HOSTILE}`] },
});

const hostileSymptom = { ...hostileFinding, fingerprint: 'h2', explainedBy: hostileFinding.fingerprint };

/** A comparison in which each of these is new, persists and is resolved. */
function changesWith(titles: string[]): RunChanges {
  const at = '2026-11-25T01:00:00.000Z';
  const faults = titles.map((title, n) => ({
    fingerprint: `fault-${n}`,
    code: title,
    severity: 'P1' as const,
    title,
    firstSeen: at,
    lastSeen: at,
    runs: 1,
  }));
  return { since: at, new: faults, persisting: faults, resolved: faults };
}

export const hostile: IncidentFacts = {
  incident: incidentOf({
    target: HOSTILE,
    trigger: { source: 'console', id: HOSTILE.slice(0, 200), reason: HOSTILE },
    actions: [restartOf({ result: 'refused', reason: HOSTILE })],
  }),
  timeline: [
    { ...entry(1, 'note', HOSTILE, HOSTILE), actor: HOSTILE },
    entry(2, 'verification', 'verify-recovery', HOSTILE, {
      outcome: 'not-recovered',
      reason: HOSTILE,
      checks: [{ name: HOSTILE, outcome: 'fail', detail: HOSTILE }],
    }),
  ],
  diagnoses: [
    diagnosisOf({
      target: HOSTILE,
      rootCauses: [hostileFinding],
      findings: [hostileFinding, hostileSymptom],
      ignored: [{ finding: hostileFinding, until: '2027-01-01', reason: HOSTILE }],
      action: { class: 'restart', reason: HOSTILE },
      coverage: { checked: [HOSTILE], notChecked: [{ check: HOSTILE, why: HOSTILE }] },
      changes: changesWith([HOSTILE]),
      logs: [logSaying(HOSTILE)],
    }),
    diagnosisOf({ target: HOSTILE, rootCauses: [hostileSymptom], findings: [hostileSymptom] }),
  ],
  outcome: 'refused',
};

/** Far more of everything than a report can show, each text as long as `text`. */
export function hugeFacts(text: string, count: number): IncidentFacts {
  const findings = Array.from(
    { length: count },
    (_, n): Finding => ({
      ...hostileFinding,
      code: `code-${n}`,
      title: text,
      cause: text,
      evidence: Array.from({ length: count }, () => ({ source: text, path: text, value: text })),
      remedy: { text, commands: Array.from({ length: count }, () => text) },
      fingerprint: String(n),
      ...(n > 0 && { explainedBy: String(Math.floor(n / 2)) }),
    }),
  );
  return {
    incident: incidentOf({
      actions: Array.from({ length: count }, () => restartOf({ result: 'refused', reason: text })),
      trigger: { source: 'alarm', id: 'x', reason: text },
    }),
    timeline: Array.from({ length: count }, (_, n) => ({ ...entry(n, 'note', text, text), actor: text })),
    diagnoses: [
      diagnosisOf({
        rootCauses: findings.slice(0, Math.ceil(count / 3)),
        findings,
        ignored: findings.map((finding) => ({ finding, until: '2027-01-01', reason: text })),
        action: { class: 'restart', reason: text },
        coverage: {
          checked: Array.from({ length: count }, () => text),
          notChecked: Array.from({ length: count }, () => ({ check: text, why: text })),
        },
        changes: changesWith(Array.from({ length: count }, () => text)),
        logs: Array.from({ length: Math.min(count, 20) }, (_, n) => logSaying(`${n} ${text}`, 20)),
      }),
    ],
    outcome: 'refused',
  };
}
