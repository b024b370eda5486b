import { createHash } from 'node:crypto';
import { InputError } from '#shared/domain/errors.ts';

const ID = /^(\d{4})(\d{2})\d{2}-\d{6}-[0-9a-f]{6}$/;

/** yyyymmdd-hhmmss-<6 hex>: sortable, and the same for the same seed and time. */
export function incidentIdOf(openedAt: Date, seed: string): string {
  const [day = '', time = ''] = openedAt.toISOString().split('T');
  const tail = createHash('sha256').update(`${openedAt.toISOString()}\n${seed}`).digest('hex').slice(0, 6);
  return `${day.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${tail}`;
}

/** `incidents/<yyyy>/<mm>/<id>`, without a slash at the end. Throws InputError for what is not an incident's id. */
export function incidentPrefix(id: string): string {
  const [, year, month] = ID.exec(id) ?? [];
  if (!year) throw new InputError(`"${id.slice(0, 60)}" is no incident id: write it as 20261125-093000-1a2b3c`);
  return `incidents/${year}/${month}/${id}`;
}

export const incidentKey = (id: string) => `${incidentPrefix(id)}/incident.json`;

/** The claim of the one open incident of a fault. */
export const claimKey = (fingerprint: string) => `open/${fingerprint}.json`;

/** The next free number for `<prefix>/<stem>-<n>.<ending>` among the keys that are there; starts at 1. */
export function nextNumber(keys: readonly string[], stem: string): number {
  const taken = keys.flatMap((key) => {
    const [, digits] = new RegExp(`/${stem}-(\\d+)\\.`).exec(key) ?? [];
    return digits ? [Number(digits)] : [];
  });
  return Math.max(0, ...taken) + 1;
}
