import type { Cases } from './case.ts';
import { around } from './platform/around.ts';
import { nodeDefects } from './platform/node-defects.ts';
import { nodes } from './platform/nodes.ts';
import { owned } from './platform/owned.ts';
import { scheduling } from './platform/scheduling.ts';

export const platform = { ...scheduling, ...nodes, ...nodeDefects, ...around, ...owned } satisfies Cases;
