/** What OpenSSL says is `407D62224E7F0000:error:0A00045C:SSL routines:ssl3_read_bytes:REASON:FILE:LINE:SSL alert number 116`. */
const ERROR = /[0-9A-F]+:error:[0-9A-F]+:SSL routines:[^:]*:([^:]+):[^:]*:\d+:(?:SSL alert number (\d+))?/;
const PREFIX = /^(?:ssl\/tls|tlsv1\d?|sslv3) (?:alert )?/;

/** The reason in such a message, for people; other messages are left as they are. */
export function opensslWords(message: string): string {
  const [whole, reason = '', alert] = ERROR.exec(message) ?? [];
  if (whole === undefined) return message;
  return alert === undefined ? reason : `TLS alert ${alert}, ${reason.replace(PREFIX, '')}`;
}
