const NONE = -1;

/** The group of each physical line, four bytes a line. */
export class Assignments {
  #groups = new Int32Array(1024).fill(NONE);

  set(line: number, group: number): void {
    if (line >= this.#groups.length) {
      const grown = new Int32Array(Math.max(line + 1, this.#groups.length * 2)).fill(NONE);
      grown.set(this.#groups);
      this.#groups = grown;
    }
    this.#groups[line] = group;
  }

  /** `idOf` gives the id that a group has got in the end. */
  list(lines: number, idOf: (group: number) => number | undefined): (number | null)[] {
    return Array.from({ length: lines }, (_, line) => {
      const group = this.#groups[line] ?? NONE;
      return group === NONE ? null : (idOf(group) ?? null);
    });
  }
}
