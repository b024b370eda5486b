import type { Terminated } from '#shared/domain/kubernetes.ts';
import type { Code } from './catalogue.ts';

/** The words of runc and crun for a command that cannot be run; the message of a start that they refuse. */
const REFUSALS: [code: Code, words: RegExp][] = [
  ['image-arch-mismatch', /exec format error/i],
  [
    'container-command-not-found',
    /executable file\b[^\n]{0,300} not found|exec: "[^"\n]{1,300}": (?:stat \S{1,300}: )?no such file or directory|exec container process[^\n]{0,300}: no such file or directory/i,
  ],
  [
    'container-permission-denied-exec',
    /exec: "[^"\n]{1,300}": permission denied|exec container process[^\n]{0,300}: (?:permission denied|operation not permitted)|open executable: (?:permission denied|operation not permitted)/i,
  ],
];

/** What a runtime's refusal to start a container says about its command; absent where it is about something else. */
export const commandFaultOf = (message: string): Code | undefined =>
  REFUSALS.find(([, words]) => words.test(message))?.[0];

/** The process never ran, as the runtime says. */
export const isStartError = ({ reason }: Pick<Terminated, 'reason'>): boolean =>
  ['StartError', 'ContainerCannotRun', 'RunContainerError'].includes(reason ?? '');

/** What the first process of a container says in its log when the kernel does not execute the command for it. */
const NOT_EXECUTED =
  /^(?:standard_init_linux\.go:\d{1,5}: exec user process caused:? |exec \S{1,300}: |\{"msg":"exec container process[^:]{0,300}: )"?/m;

/** `why` begins what it says after that. */
export const isNotExecuted = (words: string, why: RegExp): boolean => {
  const found = NOT_EXECUTED.exec(words);
  return found !== null && why.test(words.slice(found.index + found[0].length, found.index + found[0].length + 40));
};

/** A limit that is too low for the runtime's own start kills the process before it is the container's. */
export const isOutOfMemory = (end: Terminated | undefined): boolean =>
  end?.reason === 'OOMKilled' || /container init was OOM-killed/.test(end?.message ?? '');
