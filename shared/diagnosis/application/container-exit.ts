import type { Terminated } from '#shared/domain/kubernetes.ts';
import type { Code } from '../catalogue.ts';
import { endOf, lastWords, notReadySince } from '../container-state.ts';
import { presentRecords } from '../log-records.ts';
import { evidence, inContainer, kubectl, ownerName, type Rule } from '../rule.ts';
import { commandFaultOf, isNotExecuted, isOutOfMemory, isStartError } from '../start-refusal.ts';

/** 126 and 127 are the codes of shells and loaders, which say so; a program that says other things has them by its own choice. */
const NOT_EXECUTABLE = /permission denied|operation not permitted|cannot execute|not executable|is a directory/i;
const NOT_FOUND = /not found|no such file or directory|error while loading shared libraries|cannot open/i;

/** What an end means: by its message first, then by its exit code. First match wins. */
const MEANINGS: {
  code: Code;
  /** `said`: all of its last words, which are empty where its log is */
  when: (end: Terminated, words: string, said: string) => boolean;
  says: (end: Terminated) => string;
  cause?: string;
}[] = [
  {
    code: 'image-arch-mismatch',
    when: (_, words) => /exec format error/i.test(words),
    says: () => 'runs a binary for another CPU architecture',
  },
  {
    code: 'container-permission-denied-exec',
    when: (end, words, said) =>
      (end.exitCode === 126 && (said === '' || NOT_EXECUTABLE.test(said))) ||
      (isStartError(end) && commandFaultOf(words) === 'container-permission-denied-exec') ||
      isNotExecuted(words, /^(?:permission denied|operation not permitted)/i),
    says: () => 'may not execute its command',
  },
  {
    code: 'container-command-not-found',
    when: (end, words, said) =>
      (end.exitCode === 127 && (said === '' || NOT_FOUND.test(said))) ||
      (isStartError(end) && commandFaultOf(words) === 'container-command-not-found') ||
      isNotExecuted(words, /^no such file or directory/i),
    says: () => 'runs a command that its image does not have',
  },
  {
    code: 'container-panic',
    // 101: a Rust panic; 134: SIGABRT; 139: SIGSEGV; 2 is what Go's runtime ends with.
    when: ({ exitCode }, words) =>
      [101, 134, 139].includes(exitCode) ||
      /\bpanicked at\b|^panic: /m.test(words) ||
      (exitCode === 2 && /^fatal error: /m.test(words)),
    says: ({ exitCode }) => `panics (exit code ${exitCode})`,
  },
  {
    code: 'container-sigkill-not-oom',
    when: ({ exitCode }) => exitCode === 137,
    says: () => 'is killed by SIGKILL, not for its memory use',
  },
  {
    code: 'container-exit-zero-loop',
    when: ({ exitCode }) => exitCode === 0,
    says: () => 'ends without an error, again and again',
  },
  {
    code: 'container-exit-error',
    when: ({ exitCode }) => exitCode === 143,
    says: () => 'is ended by SIGTERM',
    cause:
      'It is asked to end, and does not go on from there by itself: by a probe, by the node, or by a supervisor within the container.',
  },
  {
    code: 'container-exit-error',
    when: () => true,
    says: ({ exitCode }) => `ends with exit code ${exitCode}`,
  },
];

/** Why a container that does not stay up ended, by exit code, message and last words. */
export const rule: Rule = (view) =>
  view.disturbed.flatMap((container) => {
    const found = endOf(view, container);
    if (!found || isOutOfMemory(found.end)) return [];
    const { end, path } = found;
    // Anything but its command is a matter of application/container-setup.
    if (isStartError(end) && !commandFaultOf(end.message ?? '')) return [];
    const { pod, name, status, init } = container;
    // One clean end is how a rollout or a node drain looks.
    if (end.exitCode === 0 && (status?.restartCount ?? 0) < 2) return [];
    const words = lastWords(view, container);
    const message = [end.message, status?.state?.waiting?.message, words?.line].filter(Boolean).join('\n');
    const records = presentRecords(view, container, true).map(({ text }) => text);
    const said = [end.message ?? '', ...records].join('\n').trim();
    const meaning = MEANINGS.find(({ when }) => when(end, message, said));
    if (!meaning) return [];
    const code: Code = init && meaning.code === 'container-exit-error' ? 'init-container-failed' : meaning.code;
    return [
      {
        code,
        ...inContainer(container),
        title: `${init ? 'init container' : 'container'} ${name} of ${ownerName(container)} ${meaning.says(end)}`,
        ...(said === '' && [126, 127].includes(end.exitCode) ? { confidence: 'likely' as const } : {}),
        ...causeOf(meaning.cause, end, words?.line),
        evidence: [
          evidence(pod.ref, `${path}.exitCode`, end.exitCode, end.finishedAt),
          ...(end.reason ? [evidence(pod.ref, `${path}.reason`, end.reason, end.finishedAt)] : []),
          ...(end.message ? [evidence(pod.ref, `${path}.message`, end.message, end.finishedAt)] : []),
          ...(words ? [evidence(pod.ref, words.path, words.line)] : []),
        ],
        since: notReadySince(pod),
        // Until it is started again its log is that of the run that ended.
        commands: [
          kubectl(pod.ref, `logs ${pod.ref.name} -c ${name}${status?.state?.terminated ? '' : ' --previous'}`),
        ],
      },
    ];
  });

/** What it said last, in its log or its termination message; a message of the runtime is no word of the process. */
function causeOf(known: string | undefined, end: Terminated, line: string | undefined): { cause?: string } {
  const said = line ?? (isStartError(end) ? undefined : end.message?.trim().split('\n').at(-1));
  const words = said ? `Its last words: ${said.slice(0, 300)}` : undefined;
  const cause = [known, words].filter(Boolean).join(' ');
  return cause ? { cause } : {};
}
