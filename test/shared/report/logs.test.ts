import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { analyzedLogs } from '#shared/domain/analyzed-log.ts';
import { buildReport } from '#shared/report/build.ts';
import { renderHtml } from '#shared/report/html/render-html.ts';
import { renderAnalyzedLogs, renderLogAnalysis } from '#shared/report/log-terminal.ts';
import { renderMarkdown } from '#shared/report/markdown.ts';
import { renderSlack } from '#shared/report/slack/render-slack.ts';
import { renderTerminal } from '#shared/report/terminal.ts';
import { HOSTILE } from '#test/support/hostile-facts.ts';
import { diagnosisOf } from '#test/support/sample-findings.ts';
import { LOG, logOf, logSaying } from '#test/support/sample-logs.ts';

const QUIET = logOf({ pod: 'otel-collector-1', container: 'otel-collector' }, LOG.split('\n', 20).join('\n'));
const REPLICA = logOf({ pod: 'otlp-app-7d4f9c2-bbbbb' });
const at = '2026-11-25T01:02:08.000Z';
const answer = analyzedLogs.parse({ target: 'shop', at, logs: [logOf(), REPLICA, QUIET], notChecked: [] });
const plain = (width: number) => ({ colour: false, width });

describe('an analysis in the terminal', () => {
  const text = renderLogAnalysis(logOf(), { title: 'otlp-app.log', ...plain(80) });

  it('begins with how much of what there is, and over what time', () => {
    expect(text.split('\n').slice(0, 4)).toEqual([
      'otlp-app.log',
      '167 lines: 41 errors, 1 warning, 1 crash, 1 slow operation',
      '162 records from 2026-11-25 00:40:00 to 00:59:50 UTC (19 min 50 s)',
      'error 41 warn 1 info 120 debug 0 without a level 0',
    ]);
  });

  it('says why, with a count and an example of each cause', () => {
    expect(text).toMatch(/ 40 {2}connection-refused\n +2026-11-25T00:57:19.500Z ERROR [\s\S]*?\(os error 111\)/);
    expect(text).toContain('called `Result::unwrap()` on an `Err` value: StoreGone');
  });

  it('shows when failures came in bursts, on the time of the log', () => {
    expect(text).toMatch(/ {2}00:40:00 ▁{45,55}█▁{5,12} 00:59:50\n {2}00:57:00 to 00:57:20: 40 records, most of them/);
  });

  it('lists templates of failures first, marks the new ones, and says an error that came again once', () => {
    const rows = text.split('\n').slice(text.split('\n').findIndex((line) => line.includes('TEMPLATE')) + 1);
    expect(rows[0]).toMatch(/^ {7}40 {2}error {2}00:57:00 {2}00:57:19 {2}NEW otlp_app::store: /);
    expect(rows.find((row) => row.includes(' 120 '))).toMatch(/info {3}00:40:00 {2}00:59:50 {2}otlp_app::ingest/);
    expect(text).toContain('(and 18 like it)');
  });

  it.each([40, 60, 80, 120])('keeps to %d columns', (width) => {
    for (const log of [logOf(), logSaying(HOSTILE), logSaying('日本語のログ'.repeat(60))])
      for (const line of renderLogAnalysis(log, { title: HOSTILE, ...plain(width) }).split('\n'))
        expect(stringWidth(line)).toBeLessThanOrEqual(width);
  });

  it('has no control characters but its own colours', () => {
    const log = logSaying(HOSTILE);
    for (const shown of [
      renderLogAnalysis(log, { title: HOSTILE, ...plain(80) }),
      renderAnalyzedLogs(
        { ...answer, target: HOSTILE, logs: [log], notChecked: [{ check: HOSTILE, why: HOSTILE }] },
        plain(80),
      ),
    ])
      expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    const coloured = renderLogAnalysis(log, { title: HOSTILE, colour: true, width: 80 });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours are what may be there
    expect(coloured.replace(/\u001b\[\d{1,2}m/g, '').replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('of several logs names each, and tells replicas that fail alike once', () => {
    const shown = renderAnalyzedLogs(answer, plain(100));
    expect(shown).toContain('3 logs of shop, 2026-11-25 01:02:08 UTC');
    expect(shown).toContain(
      'otel-collector-1, container otel-collector, 2 restarts: no errors or warnings (last 20 lines)',
    );
    expect(shown.match(/Causes of warnings and errors/g)).toHaveLength(1);
    expect(shown).toContain('otlp-app-7d4f9c2-bbbbb, container otlp-app, 2 restarts: the same');
  });

  it('names what could not be read', () => {
    const notChecked = [{ check: 'logs (shop)', why: 'forbidden: pods/log' }];
    expect(renderAnalyzedLogs({ ...answer, notChecked }, plain(80))).toMatch(
      /Not read\n {2}logs \(shop\): forbidden: pods\/log/,
    );
  });
});

describe('the logs in the report', () => {
  const report = buildReport({ diagnosis: diagnosisOf({ logs: answer.logs }) });
  const renderings = {
    HTML: renderHtml(report),
    Markdown: renderMarkdown(report),
    terminal: renderTerminal(report, plain(100)),
    Slack: JSON.stringify(renderSlack(report)),
  };

  it.each(Object.entries(renderings))('%s says which log, how many failures, and why', (_, text) => {
    for (const word of ['otlp-app-7d4f9c2-aaaaa', '41 errors, 1 warning, 1 crash', 'StoreGone'])
      expect(text.replaceAll('\\', '').replace(/\s+/g, ' ')).toContain(word);
  });

  it('says that quiet logs are quiet, and nothing where no log was read', () => {
    expect(renderHtml(buildReport({ diagnosis: diagnosisOf({ logs: [QUIET] }) }))).toContain(
      'No warning, error or crash in 1 log.',
    );
    expect(renderHtml(buildReport({ diagnosis: diagnosisOf() }))).not.toContain('What the logs tell');
  });
});
