import type { Diagnosis } from '#shared/domain/diagnosis.ts';
import type { Owner } from '#shared/domain/finding.ts';
import type { Outcome } from '#shared/domain/incident.ts';
import type { Report } from './model.ts';
import { capital, holderOf, sentence } from './words.ts';

interface Known {
  /** its name in medic.config.ts, where it has one */
  target?: string;
  outcome?: Outcome | undefined;
  /** the newest one */
  diagnosis?: Diagnosis | undefined;
  /** why the cluster could not be examined, or why the action was refused */
  why?: string | undefined;
  /** the flow was not to act */
  planned?: boolean;
}

type NextStep = Report['next'];

const remedyOf = ({ diagnosis }: Known): NextStep => {
  const remedy = diagnosis?.rootCauses[0]?.remedy;
  return remedy ?? { text: 'No single cause was found: read the findings below.', commands: [] };
};

function forDiagnosis(known: Known): NextStep {
  const { diagnosis } = known;
  if (!diagnosis || diagnosis.verdict === 'unknown') return forNoSight(known);
  if (diagnosis.verdict === 'healthy') return { text: 'Nothing to do.', commands: [] };
  if (diagnosis.action.class === 'rollback') return forRollback(known, diagnosis);
  const { text, commands } = remedyOf(known);
  if (diagnosis.action.class !== 'restart') return { text, commands };
  return {
    text: `${capital(sentence(diagnosis.action.reason))} \`medic respond --act\`, with the flags of this call, does it behind guards and checks afterwards. ${text}`,
    commands: [...restartByHand(diagnosis), ...commands],
  };
}

/** Names come from the cluster and the line is copied into a shell: only what is a Kubernetes name goes into it. */
const PLAIN = /^[a-zA-Z0-9][-a-zA-Z0-9.]*$/;

function rollout(verb: string, holder: Owner | undefined, flags = ''): string[] {
  if (!holder || ![holder.kind, holder.name, holder.namespace].every((word) => PLAIN.test(word))) return [];
  return [`kubectl -n ${holder.namespace} rollout ${verb} ${holder.kind.toLowerCase()}/${holder.name}${flags}`];
}

function restartByHand(diagnosis: Diagnosis | undefined): string[] {
  const root = diagnosis?.rootCauses[0];
  return root?.actions[0] === 'restart' ? rollout('restart', root.owner) : [];
}

/** The way back is the quickest one; what mends the cause comes after it. */
function forRollback(known: Known, { action, rootCauses }: Diagnosis): NextStep {
  const { text, commands } = remedyOf(known);
  const revision = action.toRevision;
  if (revision === undefined) return { text, commands };
  const back = rollout('undo', rootCauses[0]?.owner, ` --to-revision=${revision}`);
  return {
    text: `Roll back to revision ${revision}, then mend the cause: ${text}`,
    commands: [...new Set([...back, ...commands])],
  };
}

/** A restart has replaced the pod that showed the fault: a command that names it finds nothing. */
function withoutPod(commands: string[], diagnosis: Diagnosis | undefined): string[] {
  const subject = diagnosis?.rootCauses[0]?.subject;
  return subject?.kind === 'Pod' ? commands.filter((command) => !command.includes(subject.name)) : commands;
}

function forNoSight({ target, why, diagnosis }: Known): NextStep {
  const again = target && PLAIN.test(target) ? [`npx medic diagnose --target ${target}`] : [];
  const text = `Mend what kept the medic from its work${why ? ` (${why})` : ''}, then look again.`;
  const remedy = diagnosis?.rootCauses[0]?.remedy;
  if (!remedy) return { text: `${text} This says nothing about the health of the service.`, commands: again };
  return { text: `${remedy.text} ${text}`, commands: [...remedy.commands, ...again] };
}

function forRefused(known: Known): NextStep {
  const { text, commands } = remedyOf(known);
  const root = known.diagnosis?.rootCauses[0];
  const where = root ? ` on ${holderOf(root)}` : '';
  const why = known.why ? ` (${known.why.replace(/\.$/, '')})` : '';
  return {
    text: known.planned
      ? `Decide${where}: an action can help, and was only planned${why}. ${text}`
      : `Decide by hand${where}: an action can help, but was refused${why}. ${text}`,
    commands: [...restartByHand(known.diagnosis), ...commands],
  };
}

/** What a person should do now, in one paragraph, with the commands to copy. */
export function nextStep(known: Known): NextStep {
  switch (known.outcome) {
    case undefined:
      return forDiagnosis(known);
    case 'recovered': {
      const { text, commands } = remedyOf(known);
      const cause = known.diagnosis?.rootCauses.length ? `, so that it does not come back: ${text}` : '.';
      return {
        text: `Nothing is urgent. Mend the cause in working hours${cause}`,
        commands: withoutPod(commands, known.diagnosis),
      };
    }
    case 'nothing-to-do':
      return { text: 'Nothing to do. If users still see a fault, it lies outside what was checked.', commands: [] };
    case 'escalated':
      return known.diagnosis?.action.class === 'rollback' ? forRollback(known, known.diagnosis) : remedyOf(known);
    case 'refused':
      return forRefused(known);
    case 'could-not-work':
      return forNoSight(known);
  }
}
