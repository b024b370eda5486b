import { readFileSync } from 'node:fs';
import type { ServerOptions } from 'node:https';
import { join } from 'node:path';

const read = (file: string) => readFileSync(join(import.meta.dirname, 'certs', file), 'utf8');

/** The authority that signed them all; nothing else trusts it. */
export const CA = read('ca.crt');
export const CA_FILE = join(import.meta.dirname, 'certs', 'ca.crt');
/** Of `no-names`, which signed itself. */
export const NO_NAMES_FILE = join(import.meta.dirname, 'certs', 'no-names.crt');

/**
 * `server` is for 127.0.0.1 and localhost, `expired` was, `other-host` is for another name, `client` is a
 * client's; `self-signed` is for the same hosts, signed by nobody; `no-names` has localhost as its common name alone.
 */
export const certificate = (name: 'server' | 'expired' | 'other-host' | 'client' | 'self-signed' | 'no-names') => ({
  cert: read(`${name}.crt`),
  key: read('leaf.key'),
});

/** A server that lets in only the bearer of a certificate of the authority. */
export const MUTUAL: ServerOptions = { ...certificate('server'), ca: CA, requestCert: true, rejectUnauthorized: true };
