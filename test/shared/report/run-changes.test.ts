import { describe, expect, it } from 'vitest';
import type { KnownFault } from '#shared/domain/run-changes.ts';
import { buildReport } from '#shared/report/build.ts';
import { renderHtml } from '#shared/report/html/render-html.ts';
import { renderMarkdown } from '#shared/report/markdown.ts';
import type { Report } from '#shared/report/model.ts';
import { renderSlack } from '#shared/report/slack/render-slack.ts';
import { renderTerminal } from '#shared/report/terminal.ts';
import { diagnosisOf } from '#test/support/sample-findings.ts';

const fault = (title: string, runs: number): KnownFault => ({
  fingerprint: title,
  code: 'container-oom-killed',
  severity: 'P1',
  title,
  firstSeen: '2026-11-25T00:00:00.000Z',
  lastSeen: '2026-11-25T02:00:00.000Z',
  runs,
});

const changes = {
  since: '2026-11-25T01:55:00.000Z',
  new: [fault('the queue is full', 1)],
  persisting: [fault('the app dies', 24), fault('the volume is full', 2)],
  resolved: [fault('the image is gone', 3)],
};

const renderings: [string, (report: Report) => string][] = [
  ['terminal', (report) => renderTerminal(report, { colour: false, width: 120 })],
  ['Markdown', renderMarkdown],
  ['HTML', (report) => renderHtml(report).replaceAll(/<[^>]*>/g, ' ')],
  ['Slack', (report) => JSON.stringify(renderSlack(report))],
];

describe.each(renderings)('the difference to the last run, in %s', (_, render) => {
  it('is told from what is new to what persists, for how many runs and how long', () => {
    const text = render(buildReport({ diagnosis: diagnosisOf({ changes }) }));
    expect(text).toContain('Since the last run, 2026-11-25 01:55:00 UTC');
    expect(text).toContain('1 new, 2 persisting, 1 resolved');
    for (const words of ['after 3 runs, last seen 2026-11-25 02:00:00 UTC', '24 runs, for 2 h', '2 runs, for 2 h'])
      expect(text).toContain(words);
    const order = ['the queue is full', 'the image is gone', 'the app dies', 'the volume is full'];
    expect(order.map((title) => text.indexOf(title)).toSorted((a, b) => a - b)).toEqual(
      order.map((title) => text.indexOf(title)),
    );
  });

  it('is told where nothing has changed, too', () => {
    const none = { since: changes.since, new: [], persisting: [], resolved: [] };
    expect(render(buildReport({ diagnosis: diagnosisOf({ changes: none }) }))).toContain(
      '0 new, 0 persisting, 0 resolved',
    );
  });

  it('is left out where there was no run before', () => {
    const first = { new: changes.new, persisting: [], resolved: [] };
    for (const diagnosis of [diagnosisOf({ changes: first }), diagnosisOf()])
      expect(render(buildReport({ diagnosis }))).not.toContain('Since the last run');
  });
});
