import { Listr, ListrLogger, ProcessOutput } from 'listr2';

/** One thing that is going on now. */
export interface Doing {
  /** a line about it, kept below it */
  note(line: string): void;
  done(title: string): Promise<void>;
  failed(title: string): Promise<void>;
}

/** What happens now, for the eyes of a person: on stderr, so that the answer stays alone on stdout. */
export interface Progress {
  begin(title: string): Doing;
  /** a line by itself, or below what is going on */
  note(line: string): void;
  /**
   * Something short whose end is told by its answer: a terminal sees that it goes on, and then nothing of it. A title that
   * changes is a function.
   */
  during<T>(title: string | (() => string), work: Promise<T>): Promise<T>;
}

/** As often as an eye follows. */
const RENEWED_MS = 250;

const loggerOptions = () => ({
  logger: new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) }),
});

const isTerminal = () => process.stderr.isTTY === true && process.env.TERM !== 'dumb';

/** One Listr for each thing, strictly in turn: what follows is not known in advance. */
export function liveProgress(): Progress {
  let current: Doing | undefined;

  function begin(title: string): Doing {
    const end = Promise.withResolvers<string>();
    const notes: { write?: (line: string) => void } = {};
    const listr = new Listr(
      [
        {
          title,
          rendererOptions: { persistentOutput: true, outputBar: Number.POSITIVE_INFINITY },
          task: async (_, task) => {
            notes.write = (line) => {
              task.output = line;
            };
            task.title = await end.promise;
          },
        },
      ],
      {
        renderer: isTerminal() ? 'default' : 'simple',
        exitOnError: false,
        registerSignalListeners: false,
        rendererOptions: loggerOptions(),
      },
    );
    const ran = listr.run();
    const doing: Doing = {
      note: (line) => notes.write?.(line),
      async done(text) {
        current = undefined;
        end.resolve(text);
        await ran;
      },
      async failed(text) {
        current = undefined;
        end.reject(new Error(text));
        await ran;
      },
    };
    current = doing;
    return doing;
  }

  return {
    begin,
    async during(title, work) {
      if (!isTerminal()) return work;
      const now = typeof title === 'string' ? () => title : title;
      const task = async (_: unknown, shown: { title: string }) => {
        const renewal = setInterval(() => {
          shown.title = now();
        }, RENEWED_MS);
        await work.finally(() => clearInterval(renewal));
      };
      const options = { renderer: 'default', exitOnError: false, registerSignalListeners: false } as const;
      await new Listr([{ title: now(), task }], {
        ...options,
        rendererOptions: { ...loggerOptions(), clearOutput: true },
      }).run();
      return work;
    },
    note: (line) => (current ? current.note(line) : void process.stderr.write(`${line}\n`)),
  };
}
