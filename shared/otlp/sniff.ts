import { words } from './answer.ts';

/** HTTP/2 servers begin with a SETTINGS frame: type 4, no flags, stream 0, settings of six bytes each. RFC 9113, 3.4 and 6.5. */
export function speaksHttp2(bytes: Buffer): boolean {
  if (bytes.length < 9) return false;
  const length = bytes.readUIntBE(0, 3);
  return length % 6 === 0 && bytes[3] === 4 && bytes[4] === 0 && bytes.readUInt32BE(5) === 0;
}

/** A TLS record of alert: what a server with TLS says to a client without. RFC 8446, 5.1. */
export const isTlsAlert = (bytes: Buffer): boolean => bytes[0] === 0x15 && bytes[1] === 3;

/** The first bytes, for people; by default a frame of SETTINGS with its first setting. */
export const firstBytes = (bytes: Buffer, most = 15): string =>
  (bytes.subarray(0, most).toString('hex').match(/../g) ?? []).join(' ');

/** Bytes that are no answer of the protocol, for people: as text where they are text. */
export function rawWords(bytes: Buffer): string {
  const start = bytes.subarray(0, 60);
  const isText = start.length > 0 && start.every((byte) => (byte >= 32 && byte < 127) || byte === 10 || byte === 13);
  return isText ? `"${words(start)}"` : firstBytes(start, 16);
}
