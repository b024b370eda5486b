import pLimit from 'p-limit';
import { type AccessNeed, accessRules, type KubernetesGroup } from '#shared/domain/kubernetes-access.ts';
import type { Target } from '#shared/domain/target.ts';
import { type CallOptions, type Cluster, ClusterError } from '#shared/ports/cluster.ts';
import { type Check, fail, notChecked, pass, warn } from './check.ts';
import { explained } from './explained.ts';
import { canIText, grantCommands, type Right, reviewOf, rightsIn, rightsText } from './rights.ts';

const CONCURRENCY = 8;
/** More questions than this say nothing that the sentence above them does not. */
const MOST_QUESTIONS = 3;

/** What the caller lacks of what a group of functions asks of a target. */
export interface Access {
  asked: number;
  lacking: Right[];
}

/** Asks for every right of the group. Throws ClusterError where not even the question is allowed. */
export async function accessTo(
  cluster: Cluster,
  target: Target,
  group: KubernetesGroup,
  options: CallOptions,
): Promise<Access> {
  const limit = pLimit(CONCURRENCY);
  const rights = rightsIn(accessRules(group, target), target.namespace);
  const answers = await Promise.all(
    rights.map((right) => limit(async () => ({ right, ...(await cluster.can(reviewOf(right), options)) }))),
  );
  return { asked: rights.length, lacking: answers.filter(({ allowed }) => !allowed).map(({ right }) => right) };
}

const needs = (rights: readonly Right[], need: AccessNeed) => rights.filter(({ rule }) => rule.need === need);

const purposes = (rights: readonly Right[]) => [...new Set(rights.map(({ rule }) => rule.purpose))].join(', ');

/** How to get the rights: the questions in kubectl's words first, then the Roles. */
export function repairOf(lacking: readonly Right[], role: string): Required<Pick<Check, 'fix' | 'commands'>> {
  const questions = lacking.slice(0, MOST_QUESTIONS).map(canIText);
  return {
    fix: 'let a Role or ClusterRole allow it, and bind that to the caller; "medic rbac" prints those of all functions',
    commands: [...questions, ...grantCommands(role, lacking)],
  };
}

/** One function's rights, of the answer for its group. `idle`: why the target will never need them. */
export function checkPermissions(
  of: string,
  { asked, lacking }: Access,
  { role, idle }: { role: string; idle?: string | undefined },
): Check {
  const name = `permissions: ${of}`;
  if (asked === 0) return notChecked(name, idle ?? 'it needs none for this target');
  const required = needs(lacking, 'required');
  const missing = [...required, ...needs(lacking, 'useful')];
  if (missing.length === 0) return pass(name, 'all that it needs is allowed');
  const detail = `may not ${rightsText(missing)}`;
  if (idle) return notChecked(name, `${detail}; it need not: ${idle}`);
  const repair = repairOf(missing, role);
  if (required.length > 0) return fail(name, detail, repair);
  return warn(name, `${detail}: works without ${purposes(missing)}`, repair);
}

/** The question itself was refused: the caller is nobody to the server, or it does not answer. */
export function permissionsUnknown(of: string, error: unknown): Check {
  if (!(error instanceof ClusterError)) throw error;
  const { detail, fix } = explained(error);
  return fail(`permissions: ${of}`, detail, { fix });
}

/** Metadata of Secrets, which is granted only where somebody wants it. */
export function checkSecrets({ asked, lacking }: Access, hasRule: boolean): Check {
  const name = 'secrets';
  if (!hasRule || asked === 0) return notChecked(name, 'the target names no Secret');
  const optIn = needs(lacking, 'opt-in');
  if (optIn.length === 0) return pass(name, 'presence and key names can be read; values are never asked for');
  const { commands } = repairOf(optIn, 'otlp-medic-secrets');
  const fix = 'opt-in: allow it only if a missing Secret or key shall be found before a pod waits for it';
  return notChecked(name, `may not ${rightsText(optIn)}: whether they exist stays unknown`, { fix, commands });
}
