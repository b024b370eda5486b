import { createHash } from 'node:crypto';

/** Letters as Kubernetes draws them for names: no vowels, no digits that look like letters. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** The same text for the same seed: names in a case must not change from run to run. */
export function drawn(seed: string, length: number): string {
  const bytes = createHash('sha256').update(seed).digest();
  return [...bytes.subarray(0, length)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

export function uidOf(seed: string): string {
  const hex = createHash('sha256').update(`uid ${seed}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

export const digestOf = (seed: string): string => `sha256:${createHash('sha256').update(seed).digest('hex')}`;
