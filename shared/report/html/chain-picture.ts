import type { CausalChain, Link } from '../causal-chain.ts';
import { labelLines } from './label.ts';
import { html, type Markup } from './markup.ts';

const LINE = 17;
const PAD = 11;
const SIZE = 13;
const GAP = { across: 42, down: 12, indent: 18 };
const ACROSS_BOX = 236;
// More columns than this would make the letters too small.
const MAX_COLUMNS = 4;

interface Box {
  link: Link;
  lines: string[];
  x: number;
  y: number;
  width: number;
  height: number;
  from?: Box;
}

const depthOf = (link: Link): number => 1 + Math.max(0, ...link.effects.map(depthOf));

function boxOf(link: Link, place: Pick<Box, 'x' | 'y' | 'width'>, from?: Box): Box {
  const lines = labelLines(link.finding.title, place.width - 2 * PAD, SIZE, 4);
  const rows = lines.length + 1 + (link.alike ? 1 : 0);
  return { link, lines, ...place, height: rows * LINE + 2 * PAD - 3, ...(from && { from }) };
}

/** Root causes on the left, what they lead to on the right. */
function across(roots: readonly Link[]): Box[] {
  const boxes: Box[] = [];
  const put = (link: Link, column: number, top: number, from?: Box): number => {
    const x = column * (ACROSS_BOX + GAP.across);
    const box = boxOf(link, { x, y: top, width: ACROSS_BOX }, from);
    boxes.push(box);
    let bottom = top;
    for (const effect of link.effects) bottom = put(effect, column + 1, bottom, box);
    return Math.max(bottom, top + box.height + GAP.down);
  };
  let top = 0;
  for (const root of roots) top = put(root, 0, top) + GAP.down;
  return boxes;
}

/** One below the other, indented by depth: readable on a phone, and for chains too deep for columns. */
function down(roots: readonly Link[], width: number): Box[] {
  const boxes: Box[] = [];
  let top = 0;
  const put = (link: Link, depth: number, from?: Box): void => {
    const x = depth * GAP.indent;
    const box = boxOf(link, { x, y: top, width: width - x }, from);
    boxes.push(box);
    top += box.height + GAP.down;
    for (const effect of link.effects) put(effect, depth + 1, box);
  };
  for (const root of roots) put(root, 0);
  return boxes;
}

function edge({ from, x, y, height }: Box): Markup | undefined {
  if (!from) return undefined;
  const middle = y + Math.min(height / 2, 26);
  const inColumn = x > from.x + GAP.indent;
  const start = inColumn ? from.x + from.width : from.x + GAP.indent / 2;
  const startY = inColumn ? from.y + Math.min(from.height / 2, 26) : from.y + from.height;
  const turn = inColumn ? start + GAP.across / 2 : start;
  return html`<path class="edge" d="M${start} ${startY}H${turn}V${middle}H${x - 5}"/><path class="tip" d="M${x - 7} ${middle - 4}L${x} ${middle}L${x - 7} ${middle + 4}Z"/>`;
}

function drawn(box: Box): Markup {
  const { link, lines, x, y, width, height, from } = box;
  const head = `${from ? '' : 'ROOT CAUSE · '}${link.finding.severity} · ${link.finding.layer}`;
  const row = (n: number) => y + PAD + 9 + n * LINE;
  return html`${edge(box)}<rect class="box${from ? '' : ' is-root'}" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>
<text class="${from ? 'small' : 'kind'}" x="${x + PAD}" y="${row(0)}">${head}</text>${lines.map((line, n) => html`<text x="${x + PAD}" y="${row(n + 1)}">${line}</text>`)}${
    link.alike > 0 &&
    html`<text class="small" x="${x + PAD}" y="${row(lines.length + 1)}">and ${link.alike} more like it</text>`
  }`;
}

function picture(boxes: readonly Box[], name: string, title: string): Markup {
  const width = Math.max(...boxes.map((box) => box.x + box.width));
  const height = Math.max(...boxes.map((box) => box.y + box.height));
  // 2 px around, for the strokes
  return html`<svg class="${name}" viewBox="-2 -2 ${width + 4} ${height + 4}" width="${width + 4}" height="${height + 4}" role="img" aria-labelledby="chain-${name}"><title id="chain-${name}">${title}</title>${boxes.map(drawn)}</svg>`;
}

/** The chain twice: for a wide page and for a phone; the style shows one of them. */
export function chainPicture({ roots }: CausalChain): Markup | undefined {
  if (!roots.some(({ effects }) => effects.length)) return undefined;
  const title = `From cause to symptom: ${roots.map(({ finding }) => finding.title).join('; ')}`;
  const fits = Math.max(...roots.map(depthOf)) <= MAX_COLUMNS;
  return html`${picture(fits ? across(roots) : down(roots, 760), 'wide', title)}${picture(down(roots, 340), 'narrow', title)}`;
}
