/** What a command may use of the process that runs it. */
export interface Session {
  cwd: string;
  /** aborts on Ctrl-C */
  signal: AbortSignal;
  /** the command's answer, on stdout: nothing else goes there */
  print(text: string): void;
  /** progress, notices and errors, on stderr */
  say(line: string): void;
}

const withNewline = (text: string) => (text.endsWith('\n') ? text : `${text}\n`);

export const processSession = (signal: AbortSignal): Session => ({
  cwd: process.cwd(),
  signal,
  print: (text) => void process.stdout.write(withNewline(text)),
  say: (line) => void process.stderr.write(withNewline(line)),
});
