import { stringify } from 'yaml';
import { visibleLines } from '#shared/report/untrusted-text.ts';

/** An answer as YAML, for a person. What it says may come from a cluster, and YAML escapes only a part of what is unseen. */
export const listed = (answer: unknown): string => visibleLines(stringify(answer)).join('\n');
