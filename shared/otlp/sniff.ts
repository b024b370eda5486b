/** HTTP/2 servers begin with a SETTINGS frame: type 4, no flags, stream 0, settings of six bytes each. RFC 9113, 3.4 and 6.5. */
export function speaksHttp2(bytes: Buffer): boolean {
  if (bytes.length < 9) return false;
  const length = bytes.readUIntBE(0, 3);
  return length % 6 === 0 && bytes[3] === 4 && bytes[4] === 0 && bytes.readUInt32BE(5) === 0;
}

/** A TLS record of alert: what a server with TLS says to a client without. RFC 8446, 5.1. */
export const isTlsAlert = (bytes: Buffer): boolean => bytes[0] === 0x15 && bytes[1] === 3;

/** The first bytes, for people. */
export const firstBytes = (bytes: Buffer): string =>
  (bytes.subarray(0, 15).toString('hex').match(/../g) ?? []).join(' ');
