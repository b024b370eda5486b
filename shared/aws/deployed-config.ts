import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { config, type MedicConfig } from '#shared/domain/config.ts';
import { ConfigError } from '#shared/domain/errors.ts';
import { explainZod } from '#shared/domain/explain-zod.ts';
import type { Target } from '#shared/domain/target.ts';

/** A layer's packages are found by NODE_PATH, which only `require` obeys. */
const require = createRequire(import.meta.url);

function written(module: string): unknown {
  try {
    // The name comes in a variable so that no bundler resolves it.
    return require(module);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND';
    const why = missing ? 'is not there: attach the configuration layer to the function' : 'is not readable JSON';
    throw new ConfigError(`configuration "${module}" ${why}`, { cause: error });
  }
}

/** The layer brings the CA certificates along, beside the configuration. */
function anchored(target: Target, folder: string): Target {
  const { cluster, otlp } = target;
  const brought = {
    ...target,
    otlp: otlp.map((one) => (one.caFile === undefined ? one : { ...one, caFile: resolve(folder, one.caFile) })),
  };
  if (cluster === 'sandbox' || cluster.caFile === undefined) return brought;
  return { ...brought, cluster: { ...cluster, caFile: resolve(folder, cluster.caFile) } };
}

/** The configuration from its Lambda layer. Throws ConfigError. */
export function deployedConfig(module: string): MedicConfig {
  const read = config.safeParse(written(module));
  if (!read.success)
    throw new ConfigError(
      `configuration "${module}": ${explainZod(read.error, { schema: config, noun: 'setting' })}; deploy medic.config.ts again`,
      { cause: read.error },
    );
  const folder = dirname(require.resolve(module));
  return { ...read.data, targets: read.data.targets.map((target) => anchored(target, folder)) };
}
