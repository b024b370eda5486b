import { visibleLines } from '../untrusted-text.ts';

/** Text that is HTML already. Only `html` and `trusted` make it: nothing that was parsed from JSON can pass for it. */
export class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

type Value = Markup | string | number | undefined | false | readonly Value[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

function escaped(value: Value): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Markup) return value.toString();
  if (typeof value === 'object') return value.map(escaped).join('');
  const text = visibleLines(String(value)).join('\n');
  return text.replace(/[&<>"'`]/g, (character) => ENTITIES[character] ?? '');
}

/** Escapes every value that is not Markup, for element content and for quoted attributes. Nothing else is safe. */
export const html = (strings: TemplateStringsArray, ...values: Value[]): Markup =>
  new Markup(strings.map((part, n) => part + escaped(values[n])).join(''));

/** For constants of this source tree alone. */
export const trusted = (constant: string): Markup => new Markup(constant);
