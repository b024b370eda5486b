import type { Evidence } from '#shared/domain/finding.ts';
import { namesMissing } from '../configuration/missing-in-message.ts';
import { endOf, notReadySince } from '../container-state.ts';
import type { ContainerView } from '../model.ts';
import { evidence, inContainer, kubectl, ownerName, type Rule } from '../rule.ts';
import { commandFaultOf, isOutOfMemory, isStartError } from '../start-refusal.ts';
import type { ClusterView } from '../view.ts';
import { isAbout } from './probes.ts';

const REASONS = ['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError', 'PostStartHookError'];

/** What the kubelet's or the runtime's words mean. First match wins. */
const MEANINGS: [words: RegExp, cause: string, remedy: string][] = [
  [
    /runAsNonRoot and image will run as root/,
    'securityContext.runAsNonRoot is set, and the image runs as root.',
    'Set securityContext.runAsUser to a user of the image, or build the image with a numeric USER.',
  ],
  [
    /runAsNonRoot and image has non-numeric user/,
    'securityContext.runAsNonRoot is set, and the image names its user instead of numbering it.',
    'Set securityContext.runAsUser, or build the image with a numeric USER.',
  ],
  [
    /mkdir \S{1,300}: not a directory|chdir to cwd/,
    'The working directory of the container cannot be entered: it is a file, or belongs to another user.',
    'Correct workingDir, or the directory in the image.',
  ],
  [
    /not a directory|are you trying to mount a directory/i,
    'A file is mounted over a directory of the image, or the other way round.',
    'Correct mountPath and subPath.',
  ],
  [
    /subPath/i,
    'A subPath of a volume mount cannot be prepared: it is not in the volume, or of another kind.',
    'Correct subPath, or put the file into the volume.',
  ],
  [
    /no command specified/,
    'Neither the image nor the pod template says what to run.',
    'Set command, or the entry point of the image.',
  ],
];

/** The container cannot be made or started, and not for want of its image or of something that it names. */
export const rule: Rule = (view) =>
  view.disturbed.flatMap((container) => {
    const { pod, name } = container;
    const refused = refusalIn(view, container);
    if (!refused || namesMissing(refused.message)) return [];
    const { message } = refused;
    const meaning = MEANINGS.find(([words]) => words.test(message));
    return [
      {
        code: commandFaultOf(message) ?? ('container-setup-failed' as const),
        ...inContainer(container),
        title: `container ${name} of ${ownerName(container)} cannot be started`,
        ...(meaning ? { cause: meaning[1], remedy: meaning[2] } : message ? { cause: message } : {}),
        evidence: refused.evidence,
        since: notReadySince(pod),
        commands: [kubectl(pod.ref, `describe pod ${pod.ref.name}`)],
      },
    ];
  });

interface Refusal {
  message: string;
  evidence: Evidence[];
}

/** What the kubelet says as it waits, or was said of a start that never came to a process that could work. */
function refusalIn(view: ClusterView, container: ContainerView): Refusal | undefined {
  const { status, statusPath, pod, name } = container;
  const said = (path: string, { reason = '', message = '' }, at?: string): Refusal => ({
    message,
    evidence: [
      evidence(pod.ref, `${path}.reason`, reason, at),
      ...(message ? [evidence(pod.ref, `${path}.message`, message, at)] : []),
    ],
  });
  const { waiting } = status?.state ?? {};
  const ended = endOf(view, container);
  if (!ended)
    return waiting && REASONS.includes(waiting.reason ?? '') ? said(`${statusPath}.state.waiting`, waiting) : undefined;
  const { end, path } = ended;
  const hook = view.events
    .of(pod.ref, pod.object.metadata.uid, { reason: 'FailedPostStartHook' })
    .find(({ involvedObject }) => isAbout(involvedObject.fieldPath, name));
  if (hook)
    return {
      message: 'Its postStart hook fails, and the kubelet kills it for that.',
      evidence: [evidence(pod.ref, 'event FailedPostStartHook', hook.message, hook.lastTimestamp)],
    };
  // What is about its command is a matter of application/container-exit, and so is what a process did.
  const isOther = isStartError(end) && !isOutOfMemory(end) && !commandFaultOf(end.message ?? '');
  return isOther ? said(path, end, end.finishedAt) : undefined;
}
