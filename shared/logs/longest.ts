export interface SlowOperation {
  durationMs: number;
  /** physical line, from 1 */
  line: number;
}

/** The longest operations, so many at most. */
export class LongestOperations {
  readonly #most: number;
  #kept: SlowOperation[] = [];
  /** all that were seen */
  count = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add(durationMs: number, line: number): void {
    this.count++;
    this.#kept.push({ durationMs, line });
    if (this.#kept.length >= this.#most * 2) this.#cut();
  }

  /** At most so many of them, in the order of their lines. */
  inOrder(most: number): SlowOperation[] {
    this.#cut();
    return this.#kept.slice(0, most).sort((one, other) => one.line - other.line);
  }

  #cut(): void {
    this.#kept = this.#kept
      .sort((one, other) => other.durationMs - one.durationMs || one.line - other.line)
      .slice(0, this.#most);
  }
}
