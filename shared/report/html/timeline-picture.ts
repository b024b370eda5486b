import type { TimelineEntry } from '#shared/domain/incident.ts';
import type { Report, SlaMark } from '../model.ts';
import { clockTime, duration, markWords, type Tone } from '../words.ts';
import { textWidth } from './label.ts';
import { html, type Markup } from './markup.ts';

const ROW = 18;
const SIDE = 20;
const DOT = 10;
const FLAG_SIZE = 12;
/** Seconds at which the axis bends from linear to logarithmic: a flow takes two minutes, its deadlines an hour. */
const BEND = 8;
const TICKS = [10, 30, 60, 300, 900, 3600, 4 * 3600, 86_400, 3 * 86_400];

interface Flag {
  mark: SlaMark;
  text: string;
  tone: Tone | undefined;
  x: number;
  left: number;
  row: number;
}

type Scale = (at: string) => number;

function scaleOf(start: string, end: string, width: number): Scale {
  const seconds = (at: string) => Math.max(0, (Date.parse(at) - Date.parse(start)) / 1000);
  const whole = Math.log1p(Math.max(1, seconds(end)) / BEND);
  return (at) => SIDE + ((width - 2 * SIDE) * Math.log1p(seconds(at) / BEND)) / whole;
}

/** Each mark gets a label over the axis, on the lowest row where it meets no other. */
function flagsOf(marks: readonly SlaMark[], now: string, scale: Scale, width: number): Flag[] {
  const placed: (Flag & { right: number })[] = [];
  for (const mark of marks) {
    const { name, state, tone } = markWords(mark, now);
    const wide = width > 500;
    const time = clockTime(mark.at).slice(0, wide ? 8 : 5);
    const text = `${name} ${time}${state && wide ? `: ${state.split(',')[0]}` : ''}`;
    const x = scale(mark.at);
    const size = textWidth(text, FLAG_SIZE) + 8;
    const left = Math.min(Math.max(0, x - size / 2), width - size);
    const meets = (row: number) =>
      placed.some((other) => other.row === row && left < other.right && left + size > other.left);
    let row = 0;
    while (meets(row)) row++;
    placed.push({ mark, text, tone: state ? tone : undefined, x, left, right: left + size, row });
  }
  return placed;
}

interface Dot {
  x: number;
  first: number;
  last: number;
}

/** Numbers of the list below, those too close to be told apart as one. */
function dotsOf(timeline: readonly TimelineEntry[], scale: Scale): Dot[] {
  const dots: Dot[] = [];
  for (const [n, { at }] of timeline.entries()) {
    const x = scale(at);
    const previous = dots.at(-1);
    if (previous && x - previous.x < 2 * DOT + 12) previous.last = n + 1;
    else dots.push({ x, first: n + 1, last: n + 1 });
  }
  return dots;
}

function drawDot({ x, first, last }: Dot, y: number): Markup {
  const label = first === last ? String(first) : `${first}-${last}`;
  const half = Math.max(DOT, textWidth(label, 11) / 2 + 6);
  return html`<rect class="dot" x="${x - half}" y="${y - DOT}" width="${2 * half}" height="${2 * DOT}" rx="${DOT}"/><text class="dot-n" x="${x}" y="${y + 4}" text-anchor="middle">${label}</text>`;
}

function drawFlag({ text, tone, x, left, row }: Flag, base: number): Markup {
  const y = base - 14 - row * ROW;
  return html`<path class="pole" d="M${x} ${y + 4}V${base}"/><text class="flag${tone && ` ${tone}`}" x="${left + 4}" y="${y}">${text}</text>`;
}

function ticksOf(start: string, end: string, scale: Scale): { x: number; text: string }[] {
  let free = 60;
  return TICKS.flatMap((seconds) => {
    const at = new Date(Date.parse(start) + seconds * 1000).toISOString();
    const x = scale(at);
    if (at > end || x < free) return [];
    free = x + 56;
    return [{ x, text: `+${duration(seconds * 1000)}` }];
  });
}

function picture(report: Report, opened: string, width: number, name: string): Markup {
  const { marks, timeline, at: now } = report;
  const end = [now, ...marks.map(({ at }) => at), ...timeline.map(({ at }) => at)].reduce((a, b) => (a > b ? a : b));
  const scale = scaleOf(opened, end, width);
  const flags = flagsOf(marks, now, scale, width);
  const axis = 16 + (Math.max(...flags.map(({ row }) => row)) + 1) * ROW + 4;
  const title = `Timeline since ${clockTime(opened)} UTC: ${flags.map(({ text }) => text).join('; ')}`;
  return html`<svg class="${name}" viewBox="0 0 ${width} ${axis + 46}" width="${width}" height="${axis + 46}" role="img" aria-labelledby="time-${name}"><title id="time-${name}">${title}</title>
<path class="track" d="M${SIDE} ${axis}H${width - SIDE}"/><path class="spent" d="M${SIDE} ${axis}H${scale(now)}"/>${flags.map((flag) => drawFlag(flag, axis))}${dotsOf(timeline, scale).map((dot) => drawDot(dot, axis))}${ticksOf(
    opened,
    end,
    scale,
  ).map(
    ({ x, text }) => html`<text class="small" x="${x}" y="${axis + 34}" text-anchor="middle">${text}</text>`,
  )}</svg>`;
}

/** The service level's marks and the numbered events on one axis; twice, for a wide page and for a phone. */
export function timelinePicture(report: Report): Markup | undefined {
  const opened = report.incident?.openedAt;
  if (!opened) return undefined;
  return html`${picture(report, opened, 1060, 'wide')}${picture(report, opened, 340, 'narrow')}`;
}
