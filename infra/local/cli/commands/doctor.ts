import type { Command } from 'commander';
import type { MedicConfig } from '#shared/domain/config.ts';
import { InputError } from '#shared/domain/errors.ts';
import { notChecked, type Section } from '../../doctor/check.ts';
import { type Examined, examineCluster } from '../../doctor/cluster-section.ts';
import { checkConfiguration } from '../../doctor/configuration.ts';
import { examineMachine } from '../../doctor/machine-section.ts';
import { renderJson, renderMarkdown, renderText } from '../../doctor/render.ts';
import { scenarioNamed } from '../../sandbox/scenarios.ts';
import { COULD_NOT_WORK, type ExitCode } from '../exit-codes.ts';
import { GROUPS } from '../groups.ts';
import { addAnswer, addWhere, type CommonFlags, FORMATS, type Format } from '../options.ts';
import { liveProgress } from '../progress.ts';
import type { Running } from '../running.ts';
import type { Session } from '../session.ts';
import { storeAt } from '../store-place.ts';
import { placeIn } from '../where.ts';

/** Of one call to a cluster: a person waits for it. */
const CALL_TIMEOUT_MS = 10_000;

const EXAMPLES = `
Examples:
  # this machine and the embedded sandbox
  medic doctor
  # what is missing to look after a namespace, and how to get it
  medic doctor --kubeconfig FILE --namespace shop
  medic doctor --target shop --format json | jq '.checks[] | select(.outcome != "pass")'

Exit codes: 0 all is well; 1 something is missing or could be better; 2 the cluster could not be examined.`;

const written: Record<Format, (sections: readonly Section[]) => string> = {
  json: renderJson,
  markdown: renderMarkdown,
  text: (sections) => renderText(sections, { colour: process.stdout.hasColors?.() ?? false }),
};

const namesCluster = ({ target, kubeconfig, context }: CommonFlags) => (target ?? kubeconfig ?? context) !== undefined;

/** Without a word about a cluster it is the sandbox that is looked at; the configured targets are only named. */
function othersThan(config: MedicConfig, flags: CommonFlags): Section[] {
  const others = namesCluster(flags) ? [] : config.targets.filter(({ cluster }) => cluster !== 'sandbox');
  if (others.length === 0) return [];
  const checks = others.map(({ name }) => notChecked(`target: ${name}`, `ask for it: medic doctor --target ${name}`));
  return [{ title: 'Other targets', checks }];
}

async function lookAtCluster(config: MedicConfig, flags: CommonFlags, session: Session): Promise<Examined> {
  const place = placeIn(config, namesCluster(flags) ? flags : { ...flags, target: 'sandbox' }, session.cwd);
  const progress = liveProgress();
  const { localPorts } = await import('../../ports.ts');
  await using local = localPorts({
    ...place,
    out: storeAt(flags.out, session.cwd),
    scenario: scenarioNamed(flags.scenario ?? 'healthy').name,
    notice: progress.note,
  });
  const { clusters } = local.ports;
  const look = examineCluster({ clusters, ...place }, { signal: session.signal, timeoutMs: CALL_TIMEOUT_MS });
  // awaited here: on return the sandbox is gone
  return await progress.during('Looking at the cluster', look);
}

/** A target of a configuration that cannot be read is not known; everything else still is. */
async function lookWhereKnown(config: MedicConfig, valid: boolean, flags: CommonFlags, session: Session) {
  try {
    return await lookAtCluster(config, flags, session);
  } catch (error) {
    if (valid || flags.target === undefined || !(error instanceof InputError)) throw error;
    const checks = [notChecked('cluster', `target "${flags.target}" is not known: the configuration cannot be used`)];
    return { section: { title: `Cluster of target "${flags.target}"`, checks }, examined: false };
  }
}

function codeOf(sections: readonly Section[], examined: boolean): ExitCode {
  if (!examined) return COULD_NOT_WORK;
  return sections.some(({ checks }) => checks.some(({ outcome }) => outcome === 'fail' || outcome === 'warn')) ? 1 : 0;
}

/** `medic doctor`: what is missing on this machine, cluster or account. Writes nothing anywhere. */
export function addDoctor(program: Command, { session, end }: Running): void {
  const command = program
    .command('doctor')
    .description('What is missing on this machine, cluster or account, and how to get it; nothing is written.')
    .helpGroup(GROUPS.other);
  addWhere(command);
  addAnswer(command, FORMATS);
  command.addHelpText('after', EXAMPLES);
  command.action(async (flags: CommonFlags) => {
    const { cwd } = session;
    const { check, config, valid } = await checkConfiguration({ cwd, file: flags.config });
    const store = storeAt(flags.out, cwd);
    const machine = await examineMachine({ configuration: check, config, store });
    const { section, examined } = await lookWhereKnown(config, valid, flags, session);
    const sections = [machine, section, ...othersThan(config, flags)];
    session.print(written[flags.format ?? 'text'](sections));
    end(codeOf(sections, examined));
  });
}
