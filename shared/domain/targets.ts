import type { MedicConfig } from '#shared/domain/config.ts';
import { InputError } from '#shared/domain/errors.ts';
import { nearest } from '#shared/domain/nearest.ts';
import type { Target } from '#shared/domain/target.ts';

const MOST_NAMED = 12;

const listed = (names: readonly string[]): string => {
  const more = names.length - MOST_NAMED;
  return `${names.slice(0, MOST_NAMED).join(', ') || 'none'}${more > 0 ? ` and ${more} more` : ''}`;
};

/** The configured target of that name; without a name the first one, so that an empty event is a safe one. */
export function targetOf(config: MedicConfig, name?: string): Target {
  const found = name === undefined ? config.targets[0] : config.targets.find((target) => target.name === name);
  if (found) return found;
  if (name === undefined) throw new InputError('no target is configured: add one to medic.config.ts');
  const known = config.targets.map((target) => target.name);
  const meant = nearest(name, known);
  throw new InputError(
    `unknown target "${name}": ${meant ? `did you mean "${meant}"? ` : ''}medic.config.ts has ${listed(known)}`,
  );
}
