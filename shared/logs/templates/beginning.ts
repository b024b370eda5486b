/** Words that are part of a value if the next word goes on with it: `Wed Nov` before `25`, `kafka0` before `kafka1`. */
export class Beginning {
  kind: 'none' | 'date' | 'name' = 'none';
  /** where it begins, and the hash before it */
  from = 0;
  a = 0;
  b = 0;
  /** it goes on with a list of values before it */
  inList = false;

  set(kind: 'date' | 'name', at: { from: number; a: number; b: number; inList: boolean }): void {
    this.kind = kind;
    this.from = at.from;
    this.a = at.a;
    this.b = at.b;
    this.inList = at.inList;
  }

  forget(): void {
    this.kind = 'none';
  }
}
