import { type Command, Option } from 'commander';
import { SCENARIOS } from '../../sandbox/scenarios.ts';
import { GROUPS } from '../groups.ts';
import type { CommonFlags } from '../options.ts';
import type { Running } from '../running.ts';

function table(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** `medic scenarios`: the faults that the sandbox knows, and how the first response to each ends. */
export function addScenarios(program: Command, { session }: Running): void {
  program
    .command('scenarios')
    .description('List the faults that the sandbox knows.')
    .helpGroup(GROUPS.other)
    .addOption(new Option('--format <kind>', 'how the answer is written (default: text)').choices(['text', 'json']))
    .addHelpText('after', '\nExamples:\n  medic scenarios\n  medic respond --scenario bad-image')
    .action((flags: CommonFlags) => {
      const rows = SCENARIOS.map(({ name, title, ends }) => [name, ends, title]);
      session.print(
        flags.format === 'json'
          ? JSON.stringify({ scenarios: SCENARIOS }, null, 2)
          : table([['scenario', 'ends', 'what is wrong'], ...rows]),
      );
    });
}
