import { classOf } from './classes.ts';
import type { Writing } from './formats/head.ts';
import { jsonTexts } from './formats/json.ts';
import { logfmtTexts } from './formats/logfmt.ts';
import { zapTexts } from './formats/zap-console.ts';
import type { LogRecord } from './records/log-record.ts';
import { HashTable } from './templates/hash-table.ts';
import { Masker } from './templates/masker.ts';

/** How much of a record is looked at for its cause. Characters. */
const MOST_TEXT = 4096;
const MOST_REMEMBERED = 50_000;

/** Remembers the classes of records that differ in values alone; status codes are no values here. */
export class CauseFinder {
  readonly #masker = new Masker(MOST_TEXT);
  readonly #known = new HashTable();
  readonly #classes: (string | undefined)[] = [];

  /** `message` has the hashes of the record's message, which says all that a line of text has to say. */
  classOf(record: LogRecord, message: Pick<Masker, 'a' | 'b' | 'codes'>): string | undefined {
    if (record.telling.length > 0) return classOf(causeText(record));
    const isText = record.head === undefined || record.head.written === 'text';
    if (!isText) this.#masker.scan(record.text);
    const { a, b, codes } = isText ? message : this.#masker;
    const known = this.#known.get(a ^ codes, b);
    if (known !== undefined) return this.#classes[known];
    const found = classOf(causeText(record));
    let index = this.#classes.indexOf(found);
    if (index < 0) index = this.#classes.push(found) - 1;
    if (this.#known.size >= MOST_REMEMBERED) this.#known.clear();
    this.#known.set(a ^ codes, b, index);
    return found;
  }
}

/** What may name a cause: the message, the values of fields, what was thrown; not names of fields, nor frames of a stack. */
function causeText({ head, text, telling }: LogRecord): string {
  return [textsOf(text, head?.written), ...telling].join('\n').slice(0, MOST_TEXT);
}

function textsOf(text: string, written: Writing = 'text'): string {
  if (written === 'json') return jsonTexts(text);
  if (written === 'zap') return zapTexts(text);
  return written === 'logfmt' ? logfmtTexts(text) : text;
}
