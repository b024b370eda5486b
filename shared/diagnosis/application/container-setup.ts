import { endOf, notReadySince } from '../container-state.ts';
import { evidence, inContainer, kubectl, ownerName, type Rule } from '../rule.ts';

const REASONS = ['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError', 'PostStartHookError'];

/** What is missing by name has codes of its own (configuration/missing-in-message). */
const MISSING = /(configmaps?|secrets?) "[^"]+" not found|couldn't find key|references non-existent/;

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
    /subPath/i,
    'A subPath of a volume mount cannot be prepared: it is not in the volume, or of another kind.',
    'Correct subPath, or put the file into the volume.',
  ],
  [
    /no command specified/,
    'Neither the image nor the pod template says what to run.',
    'Set command, or the entry point of the image.',
  ],
  [
    /not a directory|are you trying to mount a directory/i,
    'A file is mounted over a directory of the image, or the other way round.',
    'Correct mountPath and subPath.',
  ],
];

/** The container cannot be made or started, and the words for it are none of the well-known ones. */
export const rule: Rule = (view) =>
  view.disturbed.flatMap((container) => {
    const { pod, name, status, statusPath } = container;
    const { reason = '', message = '' } = status?.state?.waiting ?? {};
    if (!REASONS.includes(reason) || MISSING.test(message) || endOf(view, container)) return [];
    const meaning = MEANINGS.find(([words]) => words.test(message));
    return [
      {
        code: 'container-setup-failed' as const,
        ...inContainer(container),
        title: `container ${name} of ${ownerName(container)} cannot be started`,
        ...(meaning ? { cause: meaning[1], remedy: meaning[2] } : message ? { cause: message } : {}),
        evidence: [
          evidence(pod.ref, `${statusPath}.state.waiting.reason`, reason),
          ...(message ? [evidence(pod.ref, `${statusPath}.state.waiting.message`, message)] : []),
        ],
        since: notReadySince(pod),
        commands: [kubectl(pod.ref, `describe pod ${pod.ref.name}`)],
      },
    ];
  });
