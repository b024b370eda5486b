/** One line of an exposition. */
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** The text is no complete exposition; one line. */
export class ExpositionError extends Error {
  override readonly name = 'ExpositionError';
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', '\\': '\\', '"': '"' };
const SPECIAL: Readonly<Record<string, number>> = {
  '+inf': Number.POSITIVE_INFINITY,
  inf: Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
  nan: Number.NaN,
};

const NAME_CODES = new Set(
  [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:'].map((c) => c.charCodeAt(0)),
);
const isNameCode = Uint8Array.from({ length: 128 }, (_, code) => Number(NAME_CODES.has(code)));
const [BLANK, TAB, RETURN, HASH, QUOTE, BACKSLASH] = [' ', '\t', '\r', '#', '"', '\\'].map((c) => c.charCodeAt(0));

function numberIn(text: string): number {
  const value = text === '' ? Number.NaN : Number(text);
  if (!Number.isNaN(value)) return value;
  const known = SPECIAL[text.toLowerCase()];
  if (known === undefined) throw new ExpositionError(`"${text.slice(0, 40)}" is not a number`);
  return known;
}

/** Reads a text from left to right, one line at a time: it never looks behind `end`. */
class Reader {
  readonly text: string;
  at = 0;
  end = 0;

  constructor(text: string) {
    this.text = text;
  }

  isBlank(at: number): boolean {
    const code = this.text.charCodeAt(at);
    return code === BLANK || code === TAB || code === RETURN;
  }

  skipBlanks(): void {
    while (this.at < this.end && this.isBlank(this.at)) this.at++;
  }

  /** Whether the character is next; it is then taken. */
  takes(character: string): boolean {
    this.skipBlanks();
    if (this.at >= this.end || this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  /** The name that is next, or an empty text. */
  name(): string {
    this.skipBlanks();
    const start = this.at;
    while (this.at < this.end && isNameCode[this.text.charCodeAt(this.at)] === 1) this.at++;
    return this.text.slice(start, this.at);
  }

  /** A quoted text, or undefined where none begins. */
  quoted(): string | undefined {
    if (!this.takes('"')) return undefined;
    let value = '';
    for (let start = this.at; this.at < this.end; this.at++) {
      const code = this.text.charCodeAt(this.at);
      if (code !== QUOTE && code !== BACKSLASH) continue;
      value += this.text.slice(start, this.at);
      if (code === QUOTE) {
        this.at++;
        return value;
      }
      const escaped = this.text[++this.at] ?? '';
      value += ESCAPES[escaped] ?? `\\${escaped}`;
      start = this.at + 1;
    }
    throw new ExpositionError('a label value has no end');
  }

  /** The labels between braces; a quoted text without a value is the name of the metric. */
  labels(onName: (name: string) => void): Record<string, string> {
    const labels: Record<string, string> = {};
    if (!this.takes('{')) return labels;
    while (!this.takes('}')) {
      const quoted = this.quoted();
      const name = quoted ?? this.name();
      if (name === '') throw new ExpositionError('a label has no name');
      if (this.takes('=')) {
        const value = this.quoted();
        if (value === undefined) throw new ExpositionError(`label ${name} has no quoted value`);
        labels[name] = value;
      } else if (quoted !== undefined) onName(quoted);
      else throw new ExpositionError(`label ${name} has no value`);
      if (this.takes(',')) continue;
      if (this.takes('}')) break;
      throw new ExpositionError('labels are not separated by commas');
    }
    return labels;
  }

  /** The next word without blanks. */
  word(): string {
    this.skipBlanks();
    const start = this.at;
    while (this.at < this.end && !this.isBlank(this.at)) this.at++;
    return this.text.slice(start, this.at);
  }
}

function sampleOf(reader: Reader): Sample {
  let name = reader.name();
  const labels = reader.labels((quoted) => {
    name = quoted;
  });
  if (name === '') throw new ExpositionError('a sample has no name');
  return { name, labels, value: numberIn(reader.word()) };
}

/**
 * Prometheus text 0.0.4, with what OpenMetrics and UTF-8 names add; timestamps and exemplars are passed over. No npm
 * parser keeps labelled histograms whole. Throws an ExpositionError with the line's number, and for a text that breaks
 * off: half of the series looks like counters that went away.
 */
export function parseExposition(text: string, wanted?: (line: string) => boolean): Sample[] {
  if (text === '') return [];
  if (!text.endsWith('\n') && !text.endsWith('# EOF')) throw new ExpositionError('the text breaks off in a line');
  const samples: Sample[] = [];
  const reader = new Reader(text);
  for (let line = 1, start = 0; start < text.length; line++, start = reader.end + 1) {
    const newline = text.indexOf('\n', start);
    reader.end = newline === -1 ? text.length : newline;
    reader.at = start;
    reader.skipBlanks();
    if (reader.at === reader.end || text.charCodeAt(reader.at) === HASH) continue;
    if (wanted && !wanted(text.slice(reader.at, reader.end))) continue;
    try {
      samples.push(sampleOf(reader));
    } catch (error) {
      if (error instanceof ExpositionError) throw new ExpositionError(`line ${line}: ${error.message}`);
      throw error;
    }
  }
  return samples;
}
