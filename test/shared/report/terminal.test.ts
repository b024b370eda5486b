import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { buildReport } from '#shared/report/build.ts';
import { renderTerminal } from '#shared/report/terminal.ts';
import { hostile, hugeFacts } from '#test/support/hostile-facts.ts';
import { diagnosisOf, healthy, oomKilled } from '#test/support/sample-findings.ts';
import { cascade, deadCluster, escalated, recovered } from '#test/support/sample-incidents.ts';

const plain = (facts: Parameters<typeof buildReport>[0], width = 80) =>
  renderTerminal(buildReport(facts), { colour: false, width });

describe('the terminal report', () => {
  it('answers what, why and what to do on the first screen', () => {
    const screen = plain({ diagnosis: diagnosisOf() }, 100).split('\n').slice(0, 24).join('\n');
    for (const answer of [oomKilled.title, 'OOMKilled', 'Do now', ...oomKilled.remedy.commands])
      expect(screen).toContain(answer);
  });

  it('shows the chain as a tree', () => {
    expect(plain({ diagnosis: diagnosisOf() }, 120)).toContain(
      '  └─ Container otlp-app restarts again and again (7 restarts)\n     └─ Deployment otlp-app has 0 of 3',
    );
  });

  it('says what was not checked of a healthy system', () => {
    const text = plain({ diagnosis: healthy });
    expect(text).toMatch(/^HEALTHY/);
    expect(text).toContain('podmetrics: metrics.k8s.io is not installed');
  });

  it.each([
    ['RECOVERED', recovered],
    ['ESCALATED', escalated],
    ['REFUSED', cascade],
    ['COULD NOT WORK', deadCluster],
  ])('begins with the outcome: %s', (word, facts) => {
    expect(plain(facts).startsWith(word)).toBe(true);
  });

  it('has no escape or control character without colour, whatever the text', () => {
    expect(plain(hostile).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('has only its own escapes with colour, and the same words', () => {
    const report = buildReport(hostile);
    const coloured = renderTerminal(report, { colour: true, width: 80 });
    expect(coloured).toContain('\u001b[');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes are what is looked for
    expect(coloured.replaceAll(/\u001b\[\d+m/g, '').replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(stripVTControlCharacters(coloured)).toBe(renderTerminal(report, { colour: false, width: 80 }));
  });

  it.each([40, 60, 80, 120])('keeps all but commands within %i columns', (width) => {
    for (const facts of [recovered, escalated, cascade, deadCluster, hostile]) {
      const lines = plain(facts, width).split('\n');
      const wide = lines.filter((line) => stringWidth(line) > width && !/^ {4}(\$| {2})/.test(line));
      expect(wide).toEqual([]);
    }
  });

  it('wraps wide characters by the columns that they take', () => {
    const root = { ...oomKilled, cause: '配置错误'.repeat(40) };
    const lines = plain({ diagnosis: diagnosisOf({ rootCauses: [root] }) }, 60).split('\n');
    const wide = lines.filter((line) => line.includes('配置'));
    expect(wide.length).toBeGreaterThan(4);
    for (const line of wide) expect(stringWidth(line)).toBeLessThanOrEqual(60);
  });

  it('never breaks a command', () => {
    expect(plain(escalated, 40)).toContain(
      '$ kubectl -n otlp-system rollout undo deployment/otlp-app --to-revision=11\n',
    );
  });

  it('stays small whatever the cluster holds', () => {
    expect(plain(hugeFacts('x '.repeat(3000), 300)).split('\n').length).toBeLessThan(1500);
  });
});
