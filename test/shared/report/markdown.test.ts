import fc from 'fast-check';
import { marked, type Token } from 'marked';
import { describe, expect, it } from 'vitest';
import { buildReport } from '#shared/report/build.ts';
import { renderMarkdown } from '#shared/report/markdown.ts';
import { code, codeBlock, plain } from '#shared/report/markdown-text.ts';
import { hostile, hugeFacts } from '#test/support/hostile-facts.ts';
import { oomKilled } from '#test/support/sample-findings.ts';
import { deadCluster, recovered } from '#test/support/sample-incidents.ts';

function tokens(markdown: string): Token[] {
  const found: Token[] = [];
  marked.walkTokens(marked.lexer(markdown), (token) => {
    found.push(token);
  });
  return found;
}
const types = (markdown: string) => new Set(tokens(markdown).map(({ type }) => type));

describe('the Markdown report', () => {
  it('begins with outcome and root cause, and has the commands in blocks', () => {
    const markdown = renderMarkdown(buildReport(recovered));
    expect(markdown.split('\n')[0]).toBe(`# Recovered: A restart cured: ${oomKilled.title}`);
    const blocks = tokens(markdown).flatMap((token) => (token.type === 'code' ? [token.text] : []));
    expect(blocks).toEqual(oomKilled.remedy.commands);
  });

  it('is written for a cluster that was never seen', () => {
    const markdown = renderMarkdown(buildReport(deadCluster));
    expect(markdown).toContain('# Could not work');
    expect(markdown).toContain('connect to https\\://10.0.3.7:6443 refused');
  });

  it('makes no HTML, link, picture or emphasis of hostile text', () => {
    const markdown = renderMarkdown(buildReport({ ...hostile, outcome: 'escalated' }));
    const found = types(markdown);
    for (const type of ['html', 'link', 'image', 'em', 'del']) expect(found).not.toContain(type);
    const strong = tokens(markdown).flatMap((token) => (token.type === 'strong' ? [token.text] : []));
    expect(strong).toEqual([
      'new',
      'resolved',
      'persisting',
      '41 errors, 1 warning, 3 crashes, 1 slow operation',
      'not-recovered',
      'failed',
    ]);
  });

  it('keeps each table row in its columns', () => {
    const markdown = renderMarkdown(buildReport(hostile));
    const tables = tokens(markdown).filter((token) => token.type === 'table');
    expect(tables.map((table) => (table as { header: unknown[] }).header.length)).toEqual([3, 3, 5, 4, 3, 4, 3]);
    const evidence = tables[0] as unknown as { rows: { text: string }[][] };
    expect(evidence.rows[0]?.[1]?.text).toContain('onerror=alert(2)');
  });

  it('turns any text into text, into a code span, and into a code block', () => {
    const nasty = fc.string({ unit: fc.constantFrom(...'`|\\*_[]()<>!#-+~&;:/@.1 \nahttpw'), maxLength: 60 });
    fc.assert(
      fc.property(nasty, (text) => {
        const inline = types(`x ${plain(text)}`);
        for (const type of ['html', 'link', 'image', 'em', 'strong', 'del', 'codespan', 'table'])
          expect(inline).not.toContain(type);
        const span = tokens(`x ${code(text)} y`).filter(({ type }) => type === 'codespan');
        expect(span).toHaveLength(text.trim() ? 1 : 0);
        const [block, after] = marked.lexer(`${codeBlock(text)}\n\nafter`).filter(({ type }) => type !== 'space');
        expect(block).toMatchObject({ type: 'code' });
        expect((block as { text: string }).text.trimEnd()).toBe(text.trimEnd());
        expect(after).toMatchObject({ type: 'paragraph', text: 'after' });
      }),
    );
  });

  it('stays small whatever the cluster holds', () => {
    expect(renderMarkdown(buildReport(hugeFacts('<x> '.repeat(2000), 300))).length).toBeLessThan(1_000_000);
  });
});
