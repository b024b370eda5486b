import { createRequire } from 'node:module';
import { config, type MedicConfig } from '#shared/domain/config.ts';
import { ConfigError } from '#shared/domain/errors.ts';
import { explainZod } from '#shared/runtime/explain-zod.ts';

/**
 * The configuration from its Lambda layer. A layer's packages are found by NODE_PATH, which only `require` obeys; the
 * name comes in a variable so that no bundler resolves it. Throws ConfigError.
 */
export function deployedConfig(module: string): MedicConfig {
  let written: unknown;
  try {
    written = createRequire(import.meta.url)(module);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND';
    const why = missing ? 'is not there: attach the configuration layer to the function' : 'is not readable JSON';
    throw new ConfigError(`configuration "${module}" ${why}`, { cause: error });
  }
  const read = config.safeParse(written);
  if (read.success) return read.data;
  throw new ConfigError(
    `configuration "${module}": ${explainZod(read.error, { schema: config, noun: 'setting' })}; deploy medic.config.ts again`,
    { cause: read.error },
  );
}
