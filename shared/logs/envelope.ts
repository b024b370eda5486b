import type { TimeReader } from './time.ts';

/** A line without what the container runtime or kubectl has put around it. */
export interface Enveloped {
  text: string;
  /** when the runtime got the line; milliseconds, NaN without */
  at: number;
  /** the pod and stream that the line is of: records of several interleave */
  source: string;
  /** the line goes on in the next one of its source */
  partial: boolean;
}

const STREAMS = ['stdout ', 'stderr '];
/** Loggers write up to six digits of a second; kubelet and containerd write nine, without zeros at the end. */
const NANOSECONDS = 7;

/** `hub-1  | text` */
const COMPOSE = /^[a-z][\w.-]{0,80}[-_]\d{1,3} {1,40}\| ?/;
/** `hub-6d8f9c7b5-x7k2p hub text`, `hub-0 hub text`: a name that Kubernetes has made, the container, and first seen before a head. */
const STERN = /^[a-z][a-z\d.-]{0,250}-(?:[bcdfghjklmnpqrstvwxz24-9]{5}|\d{1,3}) [a-z\d][a-z\d-]{0,62} /;
const HEAD = /^(?:\{"|\[?\d{4}[-/]\d|[IWEF]\d{4} |(?:ts|time|level)=)/;

/** Docker begins with the text; who forwards its files may change the order. */
const DOCKER = /^\{"(?:log|stream|time)":"/;

/** Takes envelopes off, and remembers which kind the log has: a time stamp alone could be the logger's own. */
export class EnvelopeReader {
  readonly #time: TimeReader;
  #timestamps = false;
  #stern = false;

  constructor(time: TimeReader) {
    this.#time = time;
  }

  read(line: string): Enveloped {
    const prefix = this.#prefix(line);
    const source = line.slice(0, prefix);
    const text = prefix === 0 ? line : line.slice(prefix);
    const code = text.charCodeAt(0);
    if (code >= 48 && code <= 57) return this.#timed(text, source);
    if (code === 123 && DOCKER.test(text) && text.includes('"log":')) return this.#json(text, source);
    return { text, at: Number.NaN, source, partial: false };
  }

  /** Length of what says which pod or service the line is of: kubectl's `[pod/NAME/CONTAINER] `, stern's, Compose's. */
  #prefix(line: string): number {
    const code = line.charCodeAt(0);
    if (code === 91) {
      const end = line.startsWith('[pod/') ? line.indexOf('] ') : -1;
      return end > 0 && end < 400 ? end + 2 : 0;
    }
    if (!(code >= 97 && code <= 122)) return 0;
    const compose = COMPOSE.exec(line);
    if (compose) return compose[0].length;
    const [stern] = STERN.exec(line) ?? [];
    if (stern === undefined) return 0;
    this.#stern ||= HEAD.test(line.slice(stern.length, stern.length + 16));
    return this.#stern ? stern.length : 0;
  }

  /** `TIME stdout F text` of containerd and CRI-O, `TIME text` of `kubectl logs --timestamps` */
  #timed(text: string, source: string): Enveloped {
    const at = text.charCodeAt(10) === 84 ? this.#time.readDate(text, 0) : Number.NaN;
    const { end } = this.#time;
    if (Number.isNaN(at) || text.charCodeAt(end) !== 32) return this.#bare(text, source, at, end);
    const stream = STREAMS.findIndex((name) => text.startsWith(name, end + 1));
    const tag = text[end + 8];
    const after = text[end + 9];
    if (stream >= 0 && (tag === 'F' || tag === 'P') && (after === ' ' || after === ':' || after === undefined)) {
      const from = after === ':' ? text.indexOf(' ', end + 9) + 1 : end + 10;
      return { text: text.slice(from), at, source: `${source}${stream}`, partial: tag === 'P' };
    }
    return this.#bare(text, source, at, end);
  }

  #bare(text: string, source: string, at: number, end: number): Enveloped {
    const whole = { text, at: Number.NaN, source, partial: false };
    if (Number.isNaN(at) || !/[Z\d]/.test(text[end - 1] ?? '')) return whole;
    const point = text.indexOf('.');
    const digits = point > 0 && point < end ? (/^\d*/.exec(text.slice(point + 1, end))?.[0].length ?? 0) : 0;
    if (digits >= NANOSECONDS) this.#timestamps = true;
    if (!this.#timestamps || (text.charCodeAt(end) !== 32 && end < text.length)) return whole;
    return { text: text.slice(end + 1), at, source, partial: false };
  }

  /** Docker's json-file: `{"log":"text\n","stream":"stdout","time":"..."}` */
  #json(text: string, source: string): Enveloped {
    try {
      const { log, stream, time } = JSON.parse(text) as Record<string, unknown>;
      if (typeof log === 'string' && typeof stream === 'string' && typeof time === 'string') {
        const whole = log.endsWith('\n');
        const at = this.#time.readDate(time, 0);
        return { text: whole ? log.slice(0, -1) : log, at, source: source + stream, partial: !whole };
      }
    } catch {
      // cut or no JSON: a line like any other
    }
    return { text, at: Number.NaN, source, partial: false };
  }
}
