import { createHash } from 'node:crypto';
import { type DefaultTreeAdapterMap, parse } from 'parse5';
import { describe, expect, it } from 'vitest';
import { buildReport } from '#shared/report/build.ts';
import { renderHtml } from '#shared/report/html/render-html.ts';
import { STYLE } from '#shared/report/html/style.ts';
import { HOSTILE, hostile, hugeFacts } from '#test/support/hostile-facts.ts';
import { diagnosisOf, healthy, oomKilled } from '#test/support/sample-findings.ts';
import { cascade, deadCluster, escalated, recovered } from '#test/support/sample-incidents.ts';

type Node = DefaultTreeAdapterMap['node'];
type Element = DefaultTreeAdapterMap['element'];

function elements(node: Node): Element[] {
  const children = 'childNodes' in node ? node.childNodes.flatMap(elements) : [];
  return 'tagName' in node ? [node, ...children] : children;
}
function textOf(node: Node): string {
  if ('value' in node) return node.value;
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
}
const attribute = (of: Element, name: string) => of.attrs.find((one) => one.name === name)?.value;

function open(facts: Parameters<typeof buildReport>[0]) {
  const source = renderHtml(buildReport(facts));
  const errors: string[] = [];
  const document = parse(source, { onParseError: ({ code }) => errors.push(code) });
  const all = elements(document);
  return { source, errors, all, text: textOf(document), named: (tag: string) => all.filter((e) => e.tagName === tag) };
}

const samples = {
  recovered,
  escalated,
  cascade,
  deadCluster,
  hostile,
  diagnosis: { diagnosis: diagnosisOf() },
  healthy: { diagnosis: healthy },
};

const ALLOWED = new Set(
  'html head meta title style body header main footer div section h1 h2 h3 p span b small br wbr code pre table caption thead tbody tr th td ul ol li dl dt dd time figure figcaption svg path rect text'.split(
    ' ',
  ),
);

describe.each(Object.entries(samples))('the HTML report: %s', (_, facts) => {
  it('is a page without errors, of known elements alone', () => {
    const { errors, all } = open(facts);
    expect(errors).toEqual([]);
    expect(all.map(({ tagName }) => tagName).filter((tag) => !ALLOWED.has(tag))).toEqual([]);
  });

  it('runs nothing and loads nothing, under a policy that allows its one style sheet', () => {
    const { all, named } = open(facts);
    const names = new Set(all.flatMap(({ attrs }) => attrs.map(({ name }) => name)));
    expect([...names].filter((name) => /^on|^(src|href|srcset|action|style|xlink:href)$/.test(name))).toEqual([]);
    const policy = named('meta').find((one) => attribute(one, 'http-equiv') === 'Content-Security-Policy');
    const [style] = named('style');
    const hash = createHash('sha256')
      .update(style ? textOf(style) : '')
      .digest('base64');
    expect(policy && attribute(policy, 'content')).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    );
    expect(STYLE).not.toMatch(/url\(|@import/);
  });

  it('can be read by a screen reader: language, headings in order, named pictures, table headers', () => {
    const { named, all } = open(facts);
    expect(named('html').map((one) => attribute(one, 'lang'))).toEqual(['en']);
    const levels = all.flatMap(({ tagName }) => (/^h[1-6]$/.test(tagName) ? [Number(tagName[1])] : []));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    for (const [n, level] of levels.entries()) expect(level - (levels[n - 1] ?? 0)).toBeLessThanOrEqual(1);
    for (const svg of named('svg')) {
      const title = elements(svg).find(({ tagName }) => tagName === 'title');
      expect(attribute(svg, 'role')).toBe('img');
      expect(title && attribute(title, 'id')).toBe(attribute(svg, 'aria-labelledby'));
    }
    for (const head of named('thead'))
      for (const cell of elements(head).filter(({ tagName }) => tagName === 'th'))
        expect(attribute(cell, 'scope')).toBe('col');
    const ids = all.flatMap((one) => attribute(one, 'id') ?? []);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('the HTML report', () => {
  it('begins with outcome, root cause, evidence and what to do, in this order', () => {
    const { text } = open(recovered);
    const body = text.slice(text.indexOf('P0 incident'));
    const places = ['Recovered', oomKilled.title, oomKilled.cause, 'OOMKilled', 'Do now', 'From cause to symptom'];
    const found = places.map((place) => body.indexOf(place));
    expect(found).not.toContain(-1);
    expect(found).toEqual(found.toSorted((a, b) => a - b));
  });

  it('draws each finding of the chain and each mark of the service level', () => {
    const { named } = open(cascade);
    const drawn = named('svg').map(textOf).join('\n').replace(/\s+/g, ' ');
    for (const word of ['ROOT CAUSE', 'Collector otel-collector has no', 'acknowledge by', 'resolve by', 'this report'])
      expect(drawn).toContain(word);
  });

  it('gives each command a block of its own, byte for byte', () => {
    const commands = open(escalated).named('pre').map(textOf);
    expect(commands).toEqual(escalated.diagnoses[0]?.rootCauses[0]?.remedy.commands);
  });

  it('says what was not checked, and that nothing is known of it', () => {
    const { text } = open({ diagnosis: healthy });
    expect(text).toContain('metrics.k8s.io is not installed');
    expect(text).toContain('nothing is known about these');
  });

  it('shows hostile text as text, without control characters or turned directions', () => {
    const { text, source } = open(hostile);
    expect(text).toContain(HOSTILE.slice(0, 40));
    expect(source.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('marks a drill and a rehearsal', () => {
    expect(open(cascade).text).toContain('DRILL');
    expect(open({ ...recovered, incident: { ...recovered.incident, rehearsal: true } }).text).toContain('PLAN ONLY');
    expect(open(recovered).text).not.toMatch(/DRILL|PLAN ONLY/);
  });

  it('stays small whatever the cluster holds, and says how much it leaves out', () => {
    const { source, text, errors } = open(hugeFacts('<&"x> '.repeat(3000), 400));
    expect(source.length).toBeLessThan(2_500_000);
    expect(text).toMatch(/and 3\d\d more/);
    expect(errors).toEqual([]);
  });
});

describe('the colours of the HTML report', () => {
  const channel = (part: number) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const luminance = (hex: string) => {
    const full = hex.length === 4 ? hex.replace(/[0-9a-f]/g, '$&$&') : hex;
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => channel(Number.parseInt(full.slice(at, at + 2), 16) / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: string, b: string) => {
    const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (light + 0.05) / (dark + 0.05);
  };
  const schemes = [...STYLE.matchAll(/:root\{([^}]*--bg[^}]*)\}/g)].map(([, body = '']) =>
    Object.fromEntries([...body.matchAll(/--(\w+):(#[0-9a-f]{3,6})/g)].map(([, name, value]) => [name, value])),
  );

  it('are defined for light and for dark', () => expect(schemes).toHaveLength(2));

  it.each(schemes)('have a contrast of at least 4.5 for each text on each ground', (scheme) => {
    for (const ink of ['text', 'muted', 'good', 'warn', 'bad', 'unknown'])
      for (const ground of ['bg', 'card'])
        expect(contrast(scheme[ink] ?? '', scheme[ground] ?? '')).toBeGreaterThan(4.5);
    expect(contrast(scheme.text ?? '', scheme.soft ?? '')).toBeGreaterThan(4.5);
  });

  it('leave white text readable on each band', () => {
    const bands = [...STYLE.matchAll(/\.band(?:-\w+)?\{[^}]*background:(#[0-9a-f]{6})/g)].map(
      ([, colour = '']) => colour,
    );
    expect(bands).toHaveLength(5);
    for (const band of bands) expect(contrast('#ffffff', band)).toBeGreaterThan(4.5);
  });
});
