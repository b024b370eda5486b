import { fstatSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { input } from '#functions/analyze-logs/input.ts';
import type { AnalyzedLogs } from '#shared/domain/analyzed-log.ts';
import { InputError, UnavailableError } from '#shared/domain/errors.ts';
import type { LogAnalysis } from '#shared/domain/log-analysis.ts';
import { type AnalyzeOptions, makeLogAnalyzer } from '#shared/logs/analyze.ts';
import { renderAnalyzedLogs, renderLogAnalysis } from '#shared/report/log-terminal.ts';
import { oneLine } from '#shared/report/untrusted-text.ts';
import { withEnvironment } from '../environment.ts';
import { COULD_NOT_WORK } from '../exit-codes.ts';
import { functionNamed } from '../functions.ts';
import { GROUPS } from '../groups.ts';
import { openLog } from '../open-log.ts';
import { addAnswer, addFields, addWhere, type CommonFlags, givenTo } from '../options.ts';
import { liveProgress } from '../progress.ts';
import type { Running } from '../running.ts';
import type { Session } from '../session.ts';
import { eventFrom } from './function.ts';

const EXAMPLES = `
Examples:
  # a file, plain or gzip, of any length
  medic analyze-logs otlp-app.log.gz
  kubectl logs deploy/otlp-app --prefix | medic analyze-logs -
  # the last 1000 lines of every container of a target and of its Collector
  medic analyze-logs --target shop
  medic analyze-logs --kubeconfig FILE --namespace shop --pod otlp-app-7d4f9c2-aaaaa --previous
  medic analyze-logs otlp-app.log --format json | jq .classes

Exit codes: 0 whatever the logs say; 2 they could not be read.`;

/** These say how a log is read; all others say which logs, and a file is one already. */
const OF_READING = new Set(['slow', 'assignments', 'rollout-at', 'format']);

/** A person who waits so long wants to know for what. */
const PATIENCE_MS = 2000;

const look = () => ({ colour: process.stdout.hasColors?.() ?? false, width: process.stdout.columns ?? 80 });

async function analyzeFile(file: string, options: AnalyzeOptions, { cwd, signal, say }: Session): Promise<LogAnalysis> {
  if (file === '-' && process.stdin.isTTY) say('medic: reading the log from the terminal; end it with Ctrl-D');
  const log = await openLog(file, cwd, signal);
  const analyzer = makeLogAnalyzer(options);
  const reading = log.read(analyzer.push);
  const now = () => {
    const part = log.size ? ` of ${megabytes(log.size)}` : '';
    return `Reading ${file === '-' ? 'stdin' : oneLine(file)}: ${megabytes(log.done())}${part}`;
  };
  const late = await Promise.race([reading.then(() => false), sleep(PATIENCE_MS, true, { ref: false })]);
  if (late) await liveProgress().during(now, reading);
  return analyzer.end();
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;

/** Something is piped in, or a file is redirected; a terminal or the null device is no log. */
function hasInput(): boolean {
  try {
    const stdin = fstatSync(0);
    return stdin.isFIFO() || stdin.isFile() || stdin.isSocket();
  } catch {
    return false; // closed
  }
}

function refuseWithFile(command: Command, file: string): void {
  for (const { long } of command.options) {
    const flag = long?.slice(2) ?? '';
    if (!OF_READING.has(flag) && givenTo(command)(flag) !== undefined)
      throw new InputError(`--${flag} does not go with ${file === '-' ? 'stdin' : file}, which is read whole`);
  }
}

/** `medic analyze-logs`: what logs tell, of a file or of the containers of a target. Nothing is written to a cluster. */
export async function addAnalyzeLogs(program: Command, { session, end }: Running): Promise<void> {
  const info = await functionNamed('analyze-logs');
  const command = program
    .command('analyze-logs')
    .argument('[file]', 'a log, plain or gzip; - = stdin (default: the logs of the target)')
    .description(info.description)
    .helpGroup(GROUPS.look);
  addFields(command, info.fields);
  addWhere(command);
  addAnswer(command, ['text', 'json']);
  command.addHelpText('after', EXAMPLES);

  const ofFile = async (file: string, json: boolean) => {
    refuseWithFile(command, file);
    const { slow: slowMs, assignments, rolloutAt } = input.parse(eventFrom(info, command, 'sandbox'));
    const options = { slowMs, assignments, ...(rolloutAt !== undefined && { rolloutAt }) };
    const analysis = await analyzeFile(file, options, session);
    const title = file === '-' ? 'stdin' : file;
    session.print(json ? JSON.stringify(analysis, null, 2) : renderLogAnalysis(analysis, { ...look(), title }));
  };

  const ofTarget = (flags: CommonFlags) =>
    withEnvironment(flags, session, async ({ target, invoke }) => {
      const answer = (await invoke(info.name, eventFrom(info, command, target.name))) as AnalyzedLogs;
      const [gap] = answer.logs.length === 0 ? answer.notChecked : [];
      if (gap && flags.format !== 'json') throw new UnavailableError(gap.why);
      session.print(flags.format === 'json' ? JSON.stringify(answer, null, 2) : renderAnalyzedLogs(answer, look()));
      if (!gap) return;
      session.say(`medic: ${oneLine(gap.why)}`);
      end(COULD_NOT_WORK);
    });

  command.action(async (file: string | undefined, flags: CommonFlags) => {
    const nothingNamed = !command.options.some(
      ({ long }) => !OF_READING.has(long?.slice(2) ?? '') && givenTo(command)(long?.slice(2) ?? '') !== undefined,
    );
    const from = file ?? (nothingNamed && hasInput() ? '-' : undefined);
    await (from === undefined ? ofTarget(flags) : ofFile(from, flags.format === 'json'));
  });
}
