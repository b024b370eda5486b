import { existsSync } from 'node:fs';
import { dirname } from 'node:path';

/** The path itself, or the nearest above it that exists: there it would be made. */
export function nearestExisting(path: string): string {
  const above = dirname(path);
  return existsSync(path) || above === path ? path : nearestExisting(above);
}
