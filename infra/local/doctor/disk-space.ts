import { statfs } from 'node:fs/promises';
import { type Check, fail, pass, warn } from './check.ts';
import { nearestExisting } from './nearest-folder.ts';

const MB = 1e6;
/** One incident of a large namespace: three snapshots with logs, and its reports. */
const ONE_INCIDENT_MB = 20;
/** Ten of them. */
const COMFORTABLE_MB = 200;

const size = (mb: number) => (mb >= 1000 ? `${(mb / 1000).toFixed(1)} GB` : `${Math.floor(mb)} MB`);

/** The room that is left for this user where the store is. */
export async function checkDisk(folder: string, freeBytes = freeIn): Promise<Check> {
  const free = (await freeBytes(folder)) / MB;
  const detail = `${size(free)} free for the store`;
  const fix = 'make room, or name a folder on another disk with --out DIR';
  if (free < ONE_INCIDENT_MB) return fail('disk', `${detail}: one incident may need ${ONE_INCIDENT_MB} MB`, { fix });
  if (free < COMFORTABLE_MB) return warn('disk', `${detail}: enough for a few incidents`, { fix });
  return pass('disk', detail);
}

async function freeIn(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(nearestExisting(folder));
  return bavail * bsize;
}
