import { application } from './catalogue/application.ts';
import { configuration } from './catalogue/configuration.ts';
import type { Fault } from './catalogue/fault.ts';
import { images } from './catalogue/images.ts';
import { network } from './catalogue/network.ts';
import { otlp } from './catalogue/otlp.ts';
import { platform } from './catalogue/platform.ts';
import { storage } from './catalogue/storage.ts';

const faults = { ...application, ...images, ...network, ...storage, ...configuration, ...platform, ...otlp };

/** Every fault code that a rule can emit; a rule cannot emit another. */
export type Code = keyof typeof faults;

export const CATALOGUE: Readonly<Record<Code, Fault>> = faults;
