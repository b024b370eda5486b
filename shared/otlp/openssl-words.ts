/** Stands between the number of an error and its parts, in what Node hands on of OpenSSL. */
const MARK = ':SSL routines:';
const PREFIX = /^(?:ssl\/tls|tlsv1\d?|sslv3) (?:alert )?/;

/**
 * The reason in `407D62224E7F0000:error:0A00045C:SSL routines:FUNCTION:REASON:FILE:LINE:SSL alert number 116`, for people;
 * other messages are left as they are.
 */
export function opensslWords(message: string): string {
  const at = message.indexOf(MARK);
  if (at < 0) return message;
  const [, reason = '', ...place] = message.slice(at + MARK.length).split(':');
  const alert = /^SSL alert number (\d+)/.exec(place[2] ?? '')?.[1];
  return alert === undefined ? reason : `TLS alert ${alert}, ${reason.replace(PREFIX, '')}`;
}
