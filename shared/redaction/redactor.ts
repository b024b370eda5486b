import type { Mask } from './masking.ts';
import { isPlaceholder } from './secret-names.ts';
import { spellingsOf } from './spellings.ts';
import { maskText } from './text.ts';
import type { Style } from './value-span.ts';

/** The redaction of one snapshot. Equal secrets get equal placeholders, numbered by first appearance: never a hash. */
export interface Redactor {
  /** The placeholder of a value that is known to be a secret; it is remembered for `sweep`. */
  mask: Mask;
  /** Remembers a secret that is not shown anywhere itself. */
  learn(secret: string): void;
  /** Secrets that give themselves away by shape or name. */
  text(text: string, style?: Style): string;
  /** Every spelling of every secret that is remembered, verbatim in any text. `names` are words that must stay. */
  sweeper(names: ReadonlySet<string>): (text: string) => string;
}

/** Shorter secrets are hidden where they stand, but not looked for elsewhere: they would be found in everything. */
const SHORTEST = 6;
const COMMON = new Set(
  `password passwords secret secrets changeme change-me default admin administrator username anonymous public private
  postgres postgresql mysql mariadb mongodb redis rabbitmq kafka localhost production development staging testing sandbox
  enabled disabled example sample unknown kubernetes cluster namespace container service server client collector
  opentelemetry telemetry redacted removed system: bearer authorization application internal external primary replica
  running pending failed succeeded completed terminated waiting warning normal deployment configmap daemonset always never
  onfailure ifnotpresent clusterip loadbalancer status message reason string object number boolean version`.split(
    /\s+/,
  ),
);

const isTelling = (secret: string): boolean =>
  secret.length >= SHORTEST &&
  !/^\d{1,9}$/.test(secret) &&
  !COMMON.has(secret.toLowerCase()) &&
  !secret.includes('[redacted');

export function makeRedactor(): Redactor {
  const placeholders = new Map<string, string>();
  const texts = new Map<string, string>();

  const mask: Mask = (secret) => {
    const known = placeholders.get(secret);
    if (known) return known;
    if (isPlaceholder(secret)) return secret;
    const placeholder = `[redacted-${placeholders.size + 1}]`;
    placeholders.set(secret, placeholder);
    return placeholder;
  };

  return {
    mask,
    learn: mask,
    text(text, style = 'free') {
      // Pods of one workload say the same things: each short text is looked at once.
      const known = text.length < 256 && style === 'free' ? texts.get(text) : undefined;
      if (known !== undefined) return known;
      const redacted = maskText(text, mask, style);
      if (text.length < 256 && style === 'free') texts.set(text, redacted);
      return redacted;
    },
    sweeper(names) {
      const everyName = [...names].join('\n');
      const spellings = [...placeholders]
        .filter(([secret]) => isTelling(secret) && !everyName.includes(secret))
        .flatMap(([secret, placeholder]) => spellingsOf(secret).map((spelling) => ({ spelling, placeholder })))
        .sort((a, b) => b.spelling.length - a.spelling.length);
      const swept = new Map<string, string>();
      return (text) => {
        if (text.length < SHORTEST) return text;
        const known = swept.get(text);
        if (known !== undefined) return known;
        const result = spellings.reduce(
          (rest, { spelling, placeholder }) =>
            rest.includes(spelling) ? rest.replaceAll(spelling, placeholder) : rest,
          text,
        );
        if (text.length < 256) swept.set(text, result);
        return result;
      };
    },
  };
}
