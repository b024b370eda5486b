import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { COMPONENTS, type Component } from './catalogue.ts';

/** Outside the checkout, so that all clones share it; $MEDIC_COMPONENTS chooses another folder. */
export const COMPONENTS_DIR =
  process.env.MEDIC_COMPONENTS ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'otlp-medic', 'components');

/** The version is part of the path: another version is another file, and an old checkout keeps finding its own. */
export const placeOf = ({ name, version }: Component) => join(COMPONENTS_DIR, version, name);

/** KWOK's custom resources travel with its version. */
export const KWOK_CRDS = 'kwok-crds.yaml';

export function pathOf(name: string): string {
  const component = COMPONENTS.find((each) => each.name === name);
  if (!component) throw new Error(`no component is called ${name}`);
  return placeOf(component);
}

/** The components of a tier that are not there yet. */
export const missing = (tier: Component['tier']) =>
  COMPONENTS.filter((component) => component.tier === tier && !existsSync(placeOf(component)));
