import type { Answer } from './connection.ts';

/** The server's clock when it answered, to the second; `{}` where it does not say. */
export function serverTimeOf({ headers }: Pick<Answer, 'headers'>): { serverTime?: string } {
  const date = Date.parse(headers.date ?? '');
  return Number.isNaN(date) ? {} : { serverTime: new Date(date).toISOString() };
}
