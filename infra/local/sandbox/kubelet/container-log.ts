/** The log files of one container: of the present run, and of the one before it. */
export class ContainerLog {
  #current: { at: number; line: string }[] = [];
  #previous: { at: number; line: string }[] | undefined;
  #runs = 0;

  /** Kubelets rotate at 10 MiB; a sandbox needs no more than this. */
  static readonly MOST_LINES = 5000;

  startRun(): void {
    if (this.#runs > 0) this.#previous = this.#current;
    this.#current = [];
    this.#runs += 1;
  }

  write(at: Date, text: string): void {
    for (const line of text.split('\n')) this.#current.push({ at: at.getTime(), line });
    if (this.#current.length > ContainerLog.MOST_LINES) this.#current.splice(0, ContainerLog.MOST_LINES / 2);
  }

  /** The last `tailLines` lines not older than `sinceMs`, cut after `limitBytes` from the start, as kubelets do. */
  read(options: {
    previous: boolean;
    tailLines?: number;
    since?: number;
    limitBytes?: number;
    /** before each line when it came, to the nanosecond as kubelets write it */
    timestamps?: boolean;
  }): string {
    const { previous, tailLines, since = 0, limitBytes, timestamps = false } = options;
    const kept = ((previous ? this.#previous : this.#current) ?? []).filter(({ at }) => at >= since);
    const lines = tailLines === undefined ? kept : kept.slice(Math.max(0, kept.length - tailLines));
    const stamp = (at: number) => (timestamps ? `${new Date(at).toISOString().slice(0, -1)}000000Z ` : '');
    const text = lines.map(({ at, line }) => `${stamp(at)}${line}\n`).join('');
    return limitBytes === undefined ? text : Buffer.from(text).subarray(0, limitBytes).toString();
  }
}
