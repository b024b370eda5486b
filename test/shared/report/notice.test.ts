import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildReport, type IncidentFacts } from '#shared/report/build.ts';
import { buildNotice, noticeKind } from '#shared/report/notice.ts';
import { SLACK_LIMITS } from '#shared/report/slack/blocks.ts';
import { cut } from '#shared/report/slack/mrkdwn.ts';
import { HOSTILE, hostile, hugeFacts } from '#test/support/hostile-facts.ts';
import { cascade, deadCluster, escalated, recovered, restartOf } from '#test/support/sample-incidents.ts';

const ID = '20261125-010203-ab12cd';
const PAGE = 's3://bucket/report.html';
const noticeOf = (kind: (typeof noticeKind.options)[number], facts: IncidentFacts) =>
  buildNotice({ kind, report: buildReport(facts), location: PAGE });

type Text = { type: string; text: string; verbatim?: boolean };
function textsOf(value: unknown): Text[] {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value !== 'object' || value === null) return [];
  const own = 'text' in value && typeof value.text === 'string' ? [value as Text] : [];
  return [...own, ...Object.values(value).flatMap(textsOf)];
}

describe('the words of a notice', () => {
  const opened = { ...recovered, diagnoses: [], timeline: [], outcome: undefined };

  it("are the guide's three", () => {
    const seen = { ...opened, diagnoses: recovered.diagnoses.slice(0, 1) };
    expect(noticeOf('opened', seen).title).toBe(`🚨 P0 INCIDENT: checkout-telemetry is down - Incident ID: ${ID}`);
    expect(noticeOf('recovered', recovered).title).toBe(
      `✅ RECOVERY: checkout-telemetry recovered - Incident ID: ${ID}`,
    );
    const tried = { ...escalated, incident: { ...escalated.incident, actions: [restartOf()] } };
    expect(noticeOf('escalated', tried).title).toBe(
      `⚠️ ESCALATION: Automatic recovery of checkout-telemetry failed - Incident ID: ${ID}`,
    );
  });

  it('say before the first look what the alarm says, and not that it is down', () => {
    const reason = 'alarm checkout-availability is in ALARM: 2 of 3 were below 99';
    const alarmed = {
      ...opened,
      incident: { ...opened.incident, trigger: { source: 'alarm' as const, id: 'x', reason } },
    };
    expect(noticeOf('opened', alarmed).title).toBe(
      `🚨 P0 INCIDENT: checkout-telemetry: ${reason} - Incident ID: ${ID}`,
    );
    const mute = { ...opened, incident: { ...opened.incident, trigger: { source: 'schedule' as const, id: 'x' } } };
    expect(noticeOf('opened', mute).title).toContain('INCIDENT: checkout-telemetry: reported by schedule - ');
  });

  it('do not say that it is down where only a person asked', () => {
    const trigger = { source: 'cli' as const, id: 'x', reason: 'medic respond' };
    const asked = { ...opened, incident: { ...opened.incident, trigger } };
    expect(noticeOf('opened', asked).title).toBe(
      `🚨 P0 INCIDENT: checkout-telemetry is being looked at - Incident ID: ${ID}`,
    );
  });

  it('claim no failed recovery where none was tried', () => {
    expect(noticeOf('escalated', escalated).title).toContain('ESCALATION: checkout-telemetry needs a person');
  });

  it('say severity, target, root cause, action and result, where the report is, and the next deadline', () => {
    const { text } = noticeOf('escalated', escalated);
    for (const word of [
      'Severity: P0',
      'Target: checkout-telemetry',
      'Root cause: Image ghcr.io/acme/otlp-app:2.4.1-rc9 does not exist',
      'Action restart: not tried: the fault began with revision 12',
      '$ kubectl -n otlp-system rollout undo deployment/otlp-app --to-revision=11',
      'Next deadline: acknowledge by 2026-11-25 01:17:03 UTC: due in 14 min 53 s',
      `Report: ${PAGE}`,
    ])
      expect(text).toContain(word);
  });

  it('mark a drill and a plan first of all', () => {
    expect(noticeOf('refused', cascade).title).toMatch(/^\[DRILL\] /);
    const planned = { ...recovered, incident: { ...recovered.incident, rehearsal: true } };
    expect(noticeOf('planned', planned).title).toMatch(/^\[PLAN\] /);
  });

  it('name why a cluster could not be examined', () => {
    expect(noticeOf('could-not-work', deadCluster).text).toContain('connect to https://10.0.3.7:6443 refused');
  });

  it('have one identity for each kind of an incident', () => {
    const ids = noticeKind.options.map((kind) => noticeOf(kind, recovered).id);
    expect(new Set(ids).size).toBe(noticeKind.options.length);
    expect(noticeOf('opened', opened).id).toBe(noticeOf('opened', recovered).id);
  });

  it('keep the id of the incident in a title however long the name of the target', () => {
    const long = { ...recovered, incident: { ...recovered.incident, target: 'x'.repeat(500), drill: true } };
    const { title } = noticeOf('opened', long);
    expect(title.endsWith(`- Incident ID: ${ID}`)).toBe(true);
    expect(title.length).toBeLessThanOrEqual(SLACK_LIMITS.header);
  });
});

describe('hostile text in a notice', () => {
  const { blocks, text } = noticeOf('refused', { ...hostile, diagnoses: hostile.diagnoses.slice(0, 1) });

  it('calls nobody and links nowhere in Slack blocks', () => {
    const all = textsOf(blocks).filter(({ type }) => type === 'mrkdwn');
    expect(all.length).toBeGreaterThan(5);
    for (const one of all) {
      expect(one.text).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)|@(channel|here|everyone)/);
      expect(one.verbatim).toBe(true);
    }
    expect(all.map((one) => one.text).join()).toContain('&lt;!channel&gt;');
  });

  it('calls nobody in the plain text, which is the fallback in Slack', () => {
    expect(HOSTILE).toContain('<!channel> <@U123> @everyone');
    expect(text).not.toMatch(/<[!@#]|@(channel|here|everyone)/);
  });

  it('brings no control character along', () => {
    expect(`${text}${JSON.stringify(blocks)}`.replaceAll('\n', '').replaceAll('\u200b', '')).not.toMatch(
      /[\p{Cc}\p{Cf}]|\\u00[01]/u,
    );
  });
});

describe("Slack's limits", () => {
  const size = fc.integer({ min: 0, max: 60 });
  const words = fc.tuple(fc.constantFrom('<', '&', 'x', '配', '🚨', '`', '@here '), fc.integer({ min: 1, max: 5000 }));

  it('hold for whatever an incident brings', () => {
    fc.assert(
      fc.property(words, size, fc.constantFrom(...noticeKind.options), ([word, times], count, kind) => {
        const { blocks, title, text } = noticeOf(kind, hugeFacts(word.repeat(times), count));
        expect(title.length).toBeLessThanOrEqual(SLACK_LIMITS.header);
        expect(text.length).toBeLessThan(12_000);
        expect(blocks.length).toBeLessThanOrEqual(50);
        expect(Buffer.byteLength(JSON.stringify(blocks))).toBeLessThanOrEqual(12_000);
        for (const { type, text: one } of textsOf(blocks)) {
          expect(one.length).toBeGreaterThan(0);
          expect(one.length).toBeLessThanOrEqual(type === 'plain_text' ? 150 : 3000);
          if (type === 'mrkdwn') expect(one).not.toMatch(/&(?!amp;|lt;|gt;)/);
        }
        expect(JSON.stringify(blocks.at(-1))).toContain(PAGE);
      }),
      { numRuns: 60 },
    );
  });

  it('cut no entity in two', () => {
    const written = '&lt;&amp;'.repeat(20);
    for (let max = 1; max < written.length; max++) {
      const short = cut(written, max);
      expect(short.length).toBeLessThanOrEqual(max);
      expect(short).toMatch(/^(&lt;|&amp;)*…$/);
    }
  });
});
