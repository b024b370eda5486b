import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { InputError } from '#shared/domain/errors.ts';
import type { ContainerLog } from '#shared/domain/snapshot.ts';

/** What `kubectl cluster-info dump --output-directory` has written, or any folder of kubectl's JSON and YAML. */
export interface Dump {
  /** Lists and objects, one for each file or document */
  documents: unknown[];
  logs: ContainerLog[];
  /** when it was made, as far as it tells: the newest time in it that is not in the future */
  at: Date;
}

/** A dump of a large cluster is some thousand files; more is no dump, but a disk. */
const MOST_FILES = 20_000;
const MOST_BYTES = 512 * 1024 * 1024;

/** Throws InputError for a folder that holds nothing of Kubernetes, or too much. */
export async function readDump(folder: string): Promise<Dump> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && /\.(?:json|ya?ml)$|^logs\.txt$/.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name))
    .toSorted();
  if (files.length > MOST_FILES)
    throw new InputError(`holds more than ${MOST_FILES} files: give the folder of one dump`);
  const dump: Omit<Dump, 'at'> = { documents: [], logs: [] };
  let newest = 0;
  let bytes = 0;
  for (const file of files) {
    bytes += (await stat(file)).size;
    if (bytes > MOST_BYTES) throw new InputError('holds more than 512 MiB: give the folder of one dump');
    const text = await readFile(file, 'utf8');
    newest = Math.max(newest, newestIn(text));
    if (basename(file) === 'logs.txt') dump.logs.push(...logsIn(text));
    else dump.documents.push(...documentsIn(file.slice(folder.length + 1), text));
  }
  if (dump.documents.length === 0)
    throw new InputError(
      'holds no .json or .yaml file: give what "kubectl cluster-info dump --output-directory" wrote',
    );
  return { ...dump, at: newest > 0 ? new Date(newest) : new Date() };
}

/** All YAML documents of a text; JSON is YAML too, but slower to read as such. */
export function documentsIn(name: string, text: string): unknown[] {
  try {
    if (/^\s*[[{]/.test(text)) return [JSON.parse(text)];
    return parseAllDocuments(text).flatMap((document) => {
      const [error] = document.errors;
      if (error) throw error;
      const value: unknown = document.toJS({ maxAliasCount: 100 });
      return value === null || value === undefined ? [] : [value];
    });
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new InputError(`${name}: is neither JSON nor YAML: ${why}`);
  }
}

const TIMES = /\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z/g;

function newestIn(text: string): number {
  const now = Date.now();
  let newest = 0;
  for (const [time] of text.matchAll(TIMES)) {
    const at = Date.parse(time);
    if (at > newest && at <= now) newest = at;
  }
  return newest;
}

const START = /^==== START logs for container (\S+) of pod ([^\s/]+)\/(\S+) ====$/;
const END = /^==== END logs for container /;

/** One file for each pod, with the logs of its containers between marks. */
function logsIn(text: string): ContainerLog[] {
  const found: { log: Omit<ContainerLog, 'text'>; lines: string[] }[] = [];
  let inside = false;
  for (const line of text.split('\n')) {
    const [, container, namespace, pod] = START.exec(line) ?? [];
    if (container && namespace && pod) {
      found.push({ log: { namespace, pod, container, previous: false, truncated: false }, lines: [] });
      inside = true;
    } else if (END.test(line)) inside = false;
    else if (inside) found.at(-1)?.lines.push(line);
  }
  return found.map(({ log, lines }) => ({ ...log, text: lines.join('\n') }));
}
