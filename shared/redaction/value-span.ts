/** free: text of any kind, where more may follow on the line; lines: one setting a line (.env, properties, YAML). */
export type Style = 'free' | 'lines';

export interface Span {
  start: number;
  end: number;
  quoted: boolean;
  /** the value is the rest of its line */
  wholeLine: boolean;
}

const SPACE = /\s/;
const ENDS_MASKED = /\[(?:redacted(?:-\d{1,9})?|removed)\]$/;
/** Longer is cut text or no value at all; everything up to here counts as the secret. */
const REACH = 65_536;

/** A setting whose value stands alone on the next line, indented. */
const NEXT_LINE = /^[ \t]{0,40}\r?\n[ \t]{1,80}(?=["']?[^\s"'{}[\]:#&*!|>-][^\n:{}[\]]{0,120}(?:\n|$))/;

/** Where the value that starts here ends. When in doubt it is longer: hiding too much is the smaller harm. */
export function valueAt(text: string, from: number, style: Style | 'flag', lineStart: boolean): Span {
  if (style === 'lines') {
    const [lead] = NEXT_LINE.exec(text.slice(from, from + 256)) ?? [];
    if (lead !== undefined) return valueAt(text, from + lead.length, 'free', true);
  }
  const opening = /^(\\{0,3})(["'`])/.exec(text.slice(from, from + 4));
  if (opening) return quotedAt(text, from + opening[0].length, opening[1] ?? '', opening[2] ?? '');
  const masked = placeholderAt(text, from);
  if (masked > 0) return { start: from, end: from + masked, quoted: true, wholeLine: false };
  if (text.startsWith('Some(', from)) return valueAt(text, from + 'Some('.length, style, false);
  if (text[from] === '[')
    return { start: from + 1, end: closing(text, from + 1, ']'), quoted: false, wholeLine: false };
  const colon = text.slice(Math.max(0, from - 9), from).includes(':');
  if (lineStart && style !== 'flag' && (style === 'lines' || colon)) return restOfLine(text, from, style);
  return { start: from, end: bareEnd(text, from), quoted: false, wholeLine: false };
}

/** Up to the same quote, escaped as often; a cut string ends with its line. */
function quotedAt(text: string, start: number, escapes: string, quote: string): Span {
  const limit = Math.min(text.length, start + REACH);
  let end = start;
  for (; end < limit && text[end] !== '\n'; end++) {
    if (escapes === '' && text[end] === '\\' && text[end + 1] !== '\n') end++;
    else if (text.startsWith(escapes + quote, end)) {
      if (quote !== "'" || escapes !== '' || text[end + 1] !== "'") break;
      end++; // '' is a quote in YAML and SQL
    }
  }
  return { start, end: Math.min(end, text.length), quoted: true, wholeLine: false };
}

/** Length of a placeholder that stands here, else 0: its bracket is not the text's. */
const placeholderAt = (text: string, from: number): number =>
  /^\[(?:redacted(?:-\d{1,9})?|removed)\]/.exec(text.slice(from, from + 22))?.[0].length ?? 0;

function closing(text: string, from: number, bracket: string): number {
  const line = lineEnd(text, from);
  for (let at = from; at < line; at += Math.max(1, placeholderAt(text, at))) {
    if (text[at] === bracket) return at;
  }
  return line;
}

const lineEnd = (text: string, from: number): number => {
  const reach = text.slice(from, from + REACH);
  const end = reach.indexOf('\n');
  return end < 0 ? from + reach.length : from + end;
};

/** Without a trailing comment; in free text (a log) further fields may follow: then it is only a word. */
function restOfLine(text: string, from: number, style: Style): Span {
  const line = text.slice(from, lineEnd(text, from)).replace(/\r$/, '');
  const comment = line.search(/\s#/);
  const value = (comment < 0 ? line : line.slice(0, comment)).trimEnd();
  if (style === 'free' && /\s[\w.-]{1,64}=/.test(value)) {
    return { start: from, end: bareEnd(text, from), quoted: false, wholeLine: false };
  }
  return { start: from, end: from + value.length, quoted: false, wholeLine: true };
}

/** A word: `&b=`, `;b=`, `,b:` start the next pair; a comma or bracket at its end belongs to the text around it. */
function bareEnd(text: string, from: number): number {
  const limit = Math.min(text.length, from + REACH);
  let end = from;
  for (; end < limit; end++) {
    const char = text[end] ?? '';
    if (SPACE.test(char)) break;
    const masked = char === '[' ? placeholderAt(text, end) : 0;
    if (masked > 0) {
      end += masked - 1;
      continue;
    }
    if (char === '"' || char === "'" || char === '`') {
      if (end === from || text[end - 1] !== '(') break;
      const close = quotedAt(text, end + 1, '', char).end;
      end = Math.min(close, limit);
    }
    if (/[&;,]/.test(char) && /^.(?:amp;)?\\{0,2}["']?[\w.-]{1,64}\\{0,2}["']?[=:]/.test(text.slice(end, end + 76)))
      break;
  }
  // `Bearer abc` after a name is scheme and credential.
  if (/^(?:bearer|basic|digest|token|negotiate|splunk|apikey)$/i.test(text.slice(from, end)) && text[end] === ' ') {
    return bareEnd(text, end + 1);
  }
  while (end > from && /[,;)\]}>]/.test(text[end - 1] ?? '') && !ENDS_MASKED.test(text.slice(from, end))) end--;
  return end;
}
