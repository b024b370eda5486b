import type { MedicConfig } from '#shared/domain/config.ts';
import { ConfigError } from '#shared/domain/errors.ts';
import { loadConfig, readConfig } from '../config.ts';
import { type Check, fail, pass } from './check.ts';

const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** The configuration that the flags mean; one that cannot be used is a check that failed, and knows the sandbox alone. */
export async function checkConfiguration(from: {
  cwd: string;
  file?: string | undefined;
}): Promise<{ check: Check; config: MedicConfig; valid: boolean }> {
  try {
    const { cwd, file } = from;
    const config = await loadConfig({ cwd, ...(file !== undefined && { file }) });
    const own = config.targets.filter(({ cluster }) => cluster !== 'sandbox');
    const detail = `it can be read; ${count(own.length, 'target')} beside the sandbox`;
    return { check: pass('config', detail), config, valid: true };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const fix = 'correct it: docs/schema/config.json has all settings and their defaults';
    return { check: fail('config', error.message, { fix }), config: readConfig({}, 'medic.config.ts'), valid: false };
  }
}
