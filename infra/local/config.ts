import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CATALOGUE } from '#shared/diagnosis/catalogue.ts';
import { config as configSchema, type MedicConfig } from '#shared/domain/config.ts';
import { ConfigError } from '#shared/domain/errors.ts';
import { explainZod } from '#shared/domain/explain-zod.ts';
import { nearest } from '#shared/domain/nearest.ts';
import { type Target, target as targetSchema } from '#shared/domain/target.ts';
import { sandboxTarget } from './sandbox/target.ts';

const FILE = 'medic.config.ts';

/** The nearest medic.config.ts from `folder` upwards, up to the root of the checkout that `folder` is in. */
function findConfig(folder: string): string | undefined {
  const file = join(folder, FILE);
  if (existsSync(file)) return file;
  const above = dirname(folder);
  return above === folder || existsSync(join(folder, '.git')) ? undefined : findConfig(above);
}

/** Where the work of `cwd` is kept: beside its configuration, so that it is found again from each folder below. */
export function storeFolder(cwd: string): string {
  const file = findConfig(cwd);
  return join(file === undefined ? cwd : dirname(file), '.medic');
}

/** The line of `file` that an error of loading it speaks of, as far as Node tells. */
function lineOf(error: Error, file: string): string {
  const names = [file, pathToFileURL(file).href];
  const places = (error.stack ?? '').split('\n').filter((line) => names.some((name) => line.includes(name)));
  const line = places.map((place) => /:(\d+)(:\d+)?\)?$/.exec(place.trim())?.[1]).find((found) => found !== undefined);
  return line === undefined ? '' : `:${line}`;
}

const oneLine = (text: string) => text.replace(/[\s\p{Cc}]+/gu, ' ').trim();

async function importDefault(file: string, shown: string): Promise<unknown> {
  if (statSync(file).isDirectory()) throw new ConfigError(`${shown}: is a directory, a file is needed`);
  if (!/\.[cm]?[jt]s$/.test(file)) {
    throw new ConfigError(`${shown}: is no TypeScript or JavaScript file; write it as ${FILE} is written`);
  }
  let loaded: { default?: unknown; 'module.exports'?: unknown };
  try {
    loaded = await import(pathToFileURL(file).href);
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    throw new ConfigError(`${shown}${lineOf(error, file)}: ${oneLine(error.message)}`, { cause: thrown });
  }
  // A file without any export is CommonJS to Node, and an empty object.
  const empty = 'module.exports' in loaded && Object.keys(loaded.default ?? {}).length === 0;
  if (loaded.default === undefined || empty) {
    throw new ConfigError(`${shown}: has no default export: write "export default defineConfig({ targets: [...] })"`);
  }
  return loaded.default;
}

/** What a schema cannot say of one value alone: names are unique, and `sandbox` means the sandbox. */
function checkNames({ targets }: MedicConfig, shown: string): void {
  const seen = new Map<string, number>();
  for (const [index, { name, cluster }] of targets.entries()) {
    const first = seen.get(name);
    if (first !== undefined) {
      throw new ConfigError(`${shown}: targets[${index}].name: "${name}" is the name of targets[${first}] already`);
    }
    if (name === sandboxTarget.name && cluster !== 'sandbox') {
      throw new ConfigError(
        `${shown}: targets[${index}].name: "${name}" is kept for the embedded sandbox: choose another name`,
      );
    }
    seen.set(name, index);
  }
}

/** A code that no rule gives would silence nothing, and nobody would notice. */
function checkIgnored({ ignore }: MedicConfig, shown: string): void {
  const codes = Object.keys(CATALOGUE);
  const index = ignore.findIndex(({ code }) => !codes.includes(code));
  const code = ignore[index]?.code;
  if (code === undefined) return;
  const meant = nearest(code, codes);
  throw new ConfigError(
    `${shown}: ignore[${index}].code: no finding has the code "${code}": ${meant ? `did you mean "${meant}"?` : 'docs/faults lists them all'}`,
  );
}

/** Files are named from the folder of the configuration, wherever the command runs. */
function anchored(of: Target, folder: string): Target {
  const inFolder = (file: string | undefined) => file && resolve(folder, file.replace(/^~(?=\/)/, homedir()));
  const otlp = of.otlp.map(({ caFile, ...one }) => ({
    ...one,
    ...(caFile !== undefined && { caFile: inFolder(caFile) }),
  }));
  const target = { ...of, otlp };
  if (target.cluster === 'sandbox') return target;
  const files = {
    caFile: inFolder(target.cluster.caFile),
    ...('kubeconfig' in target.cluster && { kubeconfig: inFolder(target.cluster.kubeconfig) }),
  };
  const given = Object.fromEntries(Object.entries(files).filter(([, file]) => file !== undefined));
  return { ...target, cluster: { ...target.cluster, ...given } };
}

/** A written configuration checked and filled with its defaults; a target `sandbox` is always among its targets. */
export function readConfig(written: unknown, shown: string): MedicConfig {
  const { data, error } = configSchema.safeParse(written);
  if (error) throw new ConfigError(`${shown}: ${explainZod(error, { schema: configSchema, noun: 'setting' })}`);
  checkNames(data, shown);
  checkIgnored(data, shown);
  const hasSandbox = data.targets.some((target) => target.name === sandboxTarget.name);
  return hasSandbox ? data : { ...data, targets: [...data.targets, targetSchema.parse(sandboxTarget)] };
}

/**
 * Loads `file`, or the nearest medic.config.ts from `cwd` upwards; without one only the sandbox is known. Throws
 * ConfigError with one line that names the file and the line or path in it.
 */
export async function loadConfig(from: { cwd: string; file?: string }): Promise<MedicConfig> {
  if (from.file !== undefined && !existsSync(resolve(from.cwd, from.file))) {
    throw new ConfigError(`--config ${from.file}: there is no such file`);
  }
  const file = from.file === undefined ? findConfig(from.cwd) : resolve(from.cwd, from.file);
  if (file === undefined) return readConfig({}, FILE);
  const shown = relative(from.cwd, file) || file;
  const read = readConfig(await importDefault(file, shown), shown);
  return { ...read, targets: read.targets.map((target) => anchored(target, dirname(file))) };
}
