import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { CHECKOUT } from '#infra/function-folders.ts';
import { addAnalyzeLogs } from './commands/analyze-logs.ts';
import { addDiagnose } from './commands/diagnose.ts';
import { addDoctor } from './commands/doctor.ts';
import { addFunction } from './commands/function.ts';
import { addHelp } from './commands/help.ts';
import { addInvoke } from './commands/invoke.ts';
import { addOpen } from './commands/open.ts';
import { addRbac } from './commands/rbac.ts';
import { addRespond } from './commands/respond.ts';
import { addScenarios } from './commands/scenarios.ts';
import { allFunctions } from './functions.ts';
import type { Running } from './running.ts';

const EXAMPLES = `
Examples:
  medic respond                                          a fault on the embedded sandbox, and the first response to it
  medic diagnose --kubeconfig FILE --namespace shop      what is wrong there, and why; nothing is written
  medic respond --kubeconfig FILE --namespace shop       what the first response would do; with --act it does it
  medic diagnose --snapshot list.json                    the same from "kubectl get all,cm,events -o json"
  medic doctor --kubeconfig FILE --namespace shop        what is missing there to look and to act, and how to get it
  medic scenarios                                        the faults that the sandbox knows

Exit codes: 0 healthy, recovered or nothing to do; 1 degraded, failed, escalated or refused; 2 the work could not be done.
Answers go to stdout, progress to stderr. MEDIC_DEBUG=1 shows the log of each step and where an unexpected error came from.`;

const version = (): string => {
  const { version: written } = JSON.parse(readFileSync(join(CHECKOUT, 'package.json'), 'utf8')) as { version: string };
  return written;
};

/** commander gives its errors as "error: ...", a suggestion on a second line. */
const oneLine = (text: string) =>
  `medic: ${text
    .replace(/^error: /, '')
    .trim()
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ')}`;

/** Functions whose commands take more than their events say. */
const OF_THEIR_OWN = new Set(['analyze-logs', 'diagnose']);

/** The whole command line: the flows and fixed commands, and one command for each function. */
export async function makeProgram(running: Running): Promise<Command> {
  const { session } = running;
  const program = new Command('medic')
    .description('Probes, diagnosis and first response for OTLP services on Kubernetes.')
    .version(version(), '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: session.print,
      writeErr: session.say,
      outputError: (text) => session.say(oneLine(text)),
    })
    .addHelpText('after', EXAMPLES);

  addRespond(program, running);
  addDiagnose(program, running);
  for (const info of await allFunctions()) if (!OF_THEIR_OWN.has(info.name)) addFunction(program, info, running);
  await addAnalyzeLogs(program, running);
  addDoctor(program, running);
  addScenarios(program, running);
  addOpen(program, running);
  addInvoke(program, running);
  addRbac(program, running);
  addHelp(program);
  return program;
}
