import { parse, TomlError } from 'smol-toml';
import * as z from 'zod';

const settings = z.object({
  server: z.object({ listen: z.string().regex(/^[^:]+:\d+$/), workers: z.int().positive().default(4) }),
  pipeline: z.object({
    queue_capacity: z.int().positive().default(2048),
    batch_size: z.int().positive().default(512),
    cache_mib: z.number().nonnegative().default(0),
  }),
  /** where sessions are kept; without it the app keeps none */
  store: z.object({ url: z.url() }).optional(),
});
export type AppSettings = z.infer<typeof settings>;

/** The message that the app ends with, in the words of Rust's `toml` and `anyhow`. */
export class AppConfigError extends Error {
  override readonly name = 'AppConfigError';
}

/** Reads config.toml. Throws AppConfigError. */
export function readAppConfig(path: string, text: string | undefined): AppSettings {
  const fail = (cause: string) =>
    new AppConfigError(`Error: failed to load configuration from ${path}\n\nCaused by:\n${indent(cause)}`);
  if (text === undefined) throw fail('No such file or directory (os error 2)');
  let parsed: unknown;
  try {
    parsed = parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw fail(tomlMessage(text, error));
  }
  const checked = settings.safeParse(parsed);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const path_ = issue?.path.map(String) ?? [];
  const missing = issue?.code === 'invalid_type' && valueAt(parsed, path_) === undefined;
  throw fail(
    missing ? `missing field \`${path_.at(-1)}\`` : `invalid value for \`${path_.join('.')}\`: ${issue?.message}`,
  );
}

const indent = (text: string): string => text.replace(/^(?=.)/gm, '    ');

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    value,
  );
}

/** As the crate `toml` prints it: the place, the line, a caret, the reason. */
function tomlMessage(text: string, { line, column, message }: TomlError): string {
  const source = text.split('\n')[line - 1] ?? '';
  const number = String(line);
  const gutter = ' '.repeat(number.length);
  const said = message.split('\n')[0]?.replace(/^Invalid TOML document: /, '') ?? '';
  const reason = said.startsWith('control characters') ? 'invalid basic string, expected `"`' : said;
  return [
    `TOML parse error at line ${line}, column ${column}`,
    `${gutter} |`,
    `${number} | ${source}`,
    `${gutter} | ${' '.repeat(Math.max(0, column - 1))}^`,
    reason,
  ].join('\n');
}
