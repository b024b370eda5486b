import type { Command } from 'commander';
import { InputError } from '#shared/domain/errors.ts';
import { withEnvironment } from '../environment.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { functionNamed } from '../functions.ts';
import { GROUPS } from '../groups.ts';
import { addOut, addWhere, type CommonFlags } from '../options.ts';
import { readInput } from '../read-input.ts';
import type { Running } from '../running.ts';

interface Flags extends CommonFlags {
  event?: string;
}

async function readEvent(written: string | undefined, cwd: string): Promise<unknown> {
  if (written === undefined) return {};
  const body = (await readInput('--event', written, cwd)).toString('utf8');
  try {
    return JSON.parse(body);
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/\s+/g, ' ') : '';
    throw new InputError(`--event ${written}: is not JSON: ${why}`);
  }
}

/** `medic invoke FUNCTION --event FILE`: exactly what Lambda would do with that event. */
export function addInvoke(program: Command, { session, end }: Running): void {
  const command = program
    .command('invoke')
    .argument('<function>', 'name of a function')
    .description('Run one function here with an event from a file, as Lambda would; prints its answer as JSON.')
    .helpGroup(GROUPS.other)
    .option('--event <file>', 'the event, JSON; - = stdin (default: {})');
  addWhere(command);
  addOut(command);
  command.addHelpText(
    'after',
    '\nExamples:\n  medic invoke check-health\n  medic invoke diagnose --event functions/diagnose/events/default.json',
  );
  command.action(async (name: string, flags: Flags) => {
    const info = await functionNamed(name);
    const event = await readEvent(flags.event, session.cwd);
    await withEnvironment(flags, session, async ({ invoke }) => {
      const output = await invoke(info.name, event);
      session.print(JSON.stringify(output, null, 2));
      end(exitCodeOf(output));
    });
  });
}
