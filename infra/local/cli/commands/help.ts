import type { Command } from 'commander';
import { InputError } from '#shared/domain/errors.ts';
import { nearest } from '#shared/domain/nearest.ts';
import { GROUPS } from '../groups.ts';

/** `medic help [COMMAND]`. commander's own answers an unknown command with the whole help. */
export function addHelp(program: Command): void {
  program
    .command('help')
    .argument('[command]', 'name of a command')
    .description('Print the help of a command.')
    .helpGroup(GROUPS.other)
    .addHelpText('after', '\nExamples:\n  medic help diagnose')
    .action((name: string | undefined) => {
      const named = program.commands.find((command) => command.name() === name);
      if (name === undefined) program.help();
      if (named) named.help();
      const meant = nearest(
        name,
        program.commands.map((command) => command.name()),
      );
      throw new InputError(`unknown command '${name}'${meant ? ` (Did you mean ${meant}?)` : ''}`);
    });
}
