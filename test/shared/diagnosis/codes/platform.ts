import type { Cases } from './case.ts';
import { around } from './platform/around.ts';
import { nodes } from './platform/nodes.ts';
import { owned } from './platform/owned.ts';
import { scheduling } from './platform/scheduling.ts';

export const platform = { ...scheduling, ...nodes, ...around, ...owned } satisfies Cases;
