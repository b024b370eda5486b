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

const NAME = /[A-Za-z_:][A-Za-z0-9_:]*/y;
const BLANK = /[ \t]*/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', '\\': '\\', '"': '"' };
const SPECIAL: Readonly<Record<string, number>> = {
  '+inf': Number.POSITIVE_INFINITY,
  inf: Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
  nan: Number.NaN,
};

function numberIn(text: string): number {
  const known = SPECIAL[text.toLowerCase()];
  if (known !== undefined) return known;
  const value = text === '' ? Number.NaN : Number(text);
  if (Number.isNaN(value)) throw new ExpositionError(`"${text.slice(0, 40)}" is not a number`);
  return value;
}

/** Reads one line from left to right. */
class Line {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const [found] = pattern.exec(this.text) ?? [];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  blank(): void {
    this.match(BLANK);
  }

  /** Whether the character is next; it is then taken. */
  takes(character: string): boolean {
    this.blank();
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  name(): string | undefined {
    this.blank();
    return this.match(NAME);
  }

  /** A quoted text, or undefined where none begins. */
  quoted(): string | undefined {
    if (!this.takes('"')) return undefined;
    const start = this.at;
    const { text } = this;
    let end = text.indexOf('"', start);
    if (end >= 0 && text.indexOf('\\', start) === -1) {
      this.at = end + 1;
      return text.slice(start, end);
    }
    let value = '';
    for (end = start; end < text.length; end++) {
      const character = text[end] ?? '';
      if (character === '"') {
        this.at = end + 1;
        return value;
      }
      if (character !== '\\') value += character;
      else {
        const next = text[++end] ?? '';
        value += ESCAPES[next] ?? `\\${next}`;
      }
    }
    throw new ExpositionError('a label value has no end');
  }

  labels(onName: (name: string) => void): Record<string, string> {
    const labels: Record<string, string> = {};
    if (!this.takes('{')) return labels;
    while (!this.takes('}')) {
      const quoted = this.quoted();
      const name = quoted ?? this.name();
      if (name === undefined) throw new ExpositionError('a label has no name');
      if (this.takes('=')) {
        const value = this.quoted();
        if (value === undefined) throw new ExpositionError(`label ${name} has no quoted value`);
        labels[name] = value;
      } else if (quoted !== undefined) onName(quoted);
      else throw new ExpositionError(`label ${name} has no value`);
      if (!this.takes(',') && this.text[this.at] !== '}') {
        this.blank();
        if (this.text[this.at] !== '}') throw new ExpositionError('labels are not separated by commas');
      }
    }
    return labels;
  }

  /** The next word without blanks. */
  word(): string {
    this.blank();
    const start = this.at;
    while (this.at < this.text.length && this.text[this.at] !== ' ' && this.text[this.at] !== '\t') this.at++;
    return this.text.slice(start, this.at);
  }
}

function sampleOf(text: string): Sample {
  const line = new Line(text);
  let name = line.name() ?? '';
  const labels = line.labels((quoted) => {
    name = quoted;
  });
  if (name === '') throw new ExpositionError('a sample has no name');
  return { name, labels, value: numberIn(line.word()) };
}

/**
 * Prometheus text 0.0.4, with what OpenMetrics and UTF-8 names add; timestamps and exemplars are passed over. No npm
 * parser keeps labelled histograms whole. Throws an ExpositionError with the line's number, and for a text that breaks
 * off: half of the series looks like counters that went away.
 */
export function parseExposition(text: string, wanted: (line: string) => boolean = () => true): Sample[] {
  if (text === '') return [];
  if (!text.endsWith('\n') && !text.endsWith('# EOF')) throw new ExpositionError('the text breaks off in a line');
  const samples: Sample[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || !wanted(line)) continue;
    try {
      samples.push(sampleOf(line));
    } catch (error) {
      if (error instanceof ExpositionError) throw new ExpositionError(`line ${index + 1}: ${error.message}`);
      throw error;
    }
  }
  return samples;
}
