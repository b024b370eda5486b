/** The moment at which every case is looked at. */
export const NOW = '2026-11-20T10:00:00Z';

/** The time so many minutes before it, as the API writes it. */
export const ago = (minutes: number): string =>
  new Date(Date.parse(NOW) - minutes * 60_000).toISOString().replace('.000Z', 'Z');

export const HOUR = 60;
export const DAY = 24 * HOUR;
