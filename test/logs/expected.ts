import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as yaml from 'yaml';
import * as z from 'zod';

const line = z.int().positive();
/** A number, or from-to where the text leaves it open. */
const number = z.union([z.int().nonnegative(), z.tuple([z.int().nonnegative(), z.int().nonnegative()])]);

/** The classes of `docs` on `analyze-logs`; a sample that names another is wrong. */
export const classNames = [
  'connection-refused',
  'connection-reset',
  'timeout',
  'dns',
  'tls',
  'auth',
  'oom',
  'disk-full',
  'panic',
  'queue-full',
  'memory-limited',
  'throttled',
  'rejected',
  'partial-success',
  'too-large',
  'export-failed',
  'config-invalid',
  'after-shutdown',
] as const;

const schema = z.strictObject({
  lines: z.int().nonnegative(),
  records: number,
  levels: z.strictObject({ error: number, warn: number, info: number, debug: number }),
  classes: z.partialRecord(z.enum(classNames), number),
  panics: number,
  slow: z.array(z.strictObject({ line, durationMs: z.number().positive() })).optional(),
  oneRecord: z.array(z.tuple([line, line])).default([]),
  scattered: z.array(z.array(line).min(2)).default([]),
  sameTemplate: z.array(z.array(line).min(2)).default([]),
  otherTemplate: z.array(line).default([]),
  seen: z.array(z.strictObject({ line, first: z.iso.datetime(), last: z.iso.datetime().optional() })).default([]),
});
/** What README.md in `samples` says. */
export type Expected = z.infer<typeof schema>;

export interface Sample {
  name: string;
  bytes: Buffer;
  expected: Expected;
}

const folder = join(import.meta.dirname, 'samples');

/** Every log of `samples` with its answer. */
export const samples: Sample[] = readdirSync(folder)
  .filter((file) => file.endsWith('.log'))
  .map((file) => {
    const name = file.slice(0, -'.log'.length);
    const expected = schema.parse(yaml.parse(readFileSync(join(folder, `${name}.expected.yaml`), 'utf8')));
    return { name, bytes: readFileSync(join(folder, file)), expected };
  });

/** The lines of each record that the answer speaks of, the head first. */
export const recordsOf = ({ oneRecord, scattered }: Expected): number[][] => [
  ...oneRecord.map(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i)),
  ...scattered,
];
