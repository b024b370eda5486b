import { isOpen, isOpenHeader, isPlaceholder } from './secret-names.ts';

/** Gives the placeholder of a secret. */
export type Mask = (secret: string) => string;

const SCHEME =
  /^(\s*(?:bearer|basic|digest|negotiate|splunk|apikey|token|aws4-hmac-sha256)(?:\s|%20)+)(?!\s|%20)(.+)$/is;

/** `Bearer abc` -> `Bearer [redacted-1]`: which scheme is sent is evidence, what is sent is not. */
export function maskCredential(value: string, mask: Mask): string {
  const [, scheme = '', credential = value] = SCHEME.exec(value) ?? [];
  if (isOpen(credential)) return value;
  return scheme + mask(credential);
}

/** The value of one header, by the header's name. */
export const maskHeader = (name: string, value: string, mask: Mask): string =>
  isOpenHeader(name) ? value : maskCredential(value, mask);

/** `k=v,k2=v2` as OTEL_EXPORTER_OTLP_HEADERS writes it: names stay, values go. */
export const maskHeaderList = (list: string, mask: Mask): string =>
  list
    .split(',')
    .map((pair) => {
      const at = pair.indexOf('=');
      if (at < 0) return isOpen(pair) ? pair : mask(pair);
      return `${pair.slice(0, at + 1)}${maskHeader(pair.slice(0, at), pair.slice(at + 1), mask)}`;
    })
    .join(',');

/** Many lines become as many placeholders, indented as before, so that line numbers and blocks of YAML stay right. */
export function maskLines(text: string, mask: Mask): string {
  const trimmed = text.trim();
  if (isPlaceholder(trimmed) || trimmed === '') return text;
  const placeholder = mask(trimmed);
  return text
    .split('\n')
    .map((line) =>
      line.trim() === '' ? line : `${line.slice(0, line.length - line.trimStart().length)}${placeholder}`,
    )
    .join('\n');
}
