const FREE = -1;
const FIRST_SIZE = 1024;

/** From hashes of 64 bits to small integers, in typed arrays: no text is kept or compared. */
export class HashTable {
  #a = new Int32Array(FIRST_SIZE);
  #b = new Int32Array(FIRST_SIZE);
  #value = new Int32Array(FIRST_SIZE).fill(FREE);
  size = 0;

  get(a: number, b: number): number | undefined {
    const value = this.#value[this.#slot(a, b)] ?? FREE;
    return value === FREE ? undefined : value;
  }

  set(a: number, b: number, value: number): void {
    if (this.size * 2 >= this.#value.length) this.#grow();
    const slot = this.#slot(a, b);
    if (this.#value[slot] === FREE) this.size++;
    this.#a[slot] = a;
    this.#b[slot] = b;
    this.#value[slot] = value;
  }

  clear(): void {
    this.#value.fill(FREE);
    this.size = 0;
  }

  #slot(a: number, b: number): number {
    const last = this.#value.length - 1;
    let slot = (a ^ (b >>> 7)) & last;
    while (this.#value[slot] !== FREE && (this.#a[slot] !== a || this.#b[slot] !== b)) slot = (slot + 1) & last;
    return slot;
  }

  #grow(): void {
    const [a, b, value] = [this.#a, this.#b, this.#value];
    const length = value.length * 2;
    this.#a = new Int32Array(length);
    this.#b = new Int32Array(length);
    this.#value = new Int32Array(length).fill(FREE);
    this.size = 0;
    for (let slot = 0; slot < value.length; slot++) {
      if (value[slot] !== FREE) this.set(a[slot] ?? 0, b[slot] ?? 0, value[slot] ?? FREE);
    }
  }
}
