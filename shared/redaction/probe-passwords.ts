import type { SecretKind } from './secret-kinds.ts';

const REFERENCE = /^["']?\$/;

const byFlag = (program: string, hints: string[], flag: string): SecretKind => ({
  name: `${hints[0]} password`,
  hints,
  pattern: new RegExp(`(\\b(?:${program})\\b[^\\n|;&]{0,160}?\\s${flag}["']?)([^\\s"'\`;|&]{2,256})`, 'g'),
  except: REFERENCE,
});

/** Clients that take a password by a flag whose name does not say so. They stand in health probes, with the password. */
export const PROBE_PASSWORDS: readonly SecretKind[] = [
  byFlag('redis-cli|valkey-cli', ['redis-cli', 'valkey-cli'], '-a\\s{1,4}'),
  byFlag('(?:mysql|mariadb)(?:-?(?:admin|dump|check))?', ['mysql', 'mariadb'], '-p'),
  byFlag('mongo(?:sh|dump|stat)?', ['mongo'], '-p\\s{0,4}'),
  byFlag('sshpass', ['sshpass'], '-p\\s{0,4}'),
];

/** Whether words after this one may be such a password. */
export const takesPassword = (program: string): boolean =>
  PROBE_PASSWORDS.some(({ hints }) => hints.some((hint) => program.includes(hint)));
