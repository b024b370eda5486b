interface Task {
  due: number;
  run: () => void | Promise<void>;
  timer?: NodeJS.Timeout;
}

export interface Cancellable {
  cancel(): void;
}

/**
 * The sandbox's time, in two phases. First the past is replayed: the clock stands before now and jumps from one due
 * task to the next, waiting for each (its I/O is real), so that objects, events and back-offs have the ages and gaps of
 * a real cluster. From `goLive` on, stamps are the wall clock's, and waits are `speed` times shorter than they say.
 */
export class Timeline {
  readonly #tasks = new Set<Task>();
  readonly #speed: number;
  #now: number;
  #lived = 0;
  #liveSince: number | undefined;
  #stopped = false;

  constructor(start: Date, speed: number) {
    this.#now = start.getTime();
    this.#speed = speed;
  }

  now(): Date {
    return new Date(this.#liveSince === undefined ? this.#now : Date.now());
  }

  /** Seconds of cluster time since the start: what a deadline or a back-off is measured in. */
  elapsed(): number {
    const live = this.#liveSince === undefined ? 0 : ((Date.now() - this.#liveSince) / 1000) * this.#speed;
    return this.#lived + live;
  }

  after(seconds: number, run: Task['run']): Cancellable {
    const task: Task = { due: this.#now + seconds * 1000, run };
    if (!this.#stopped) {
      this.#tasks.add(task);
      if (this.#liveSince !== undefined) this.#arm(task, seconds);
    }
    return { cancel: () => this.#forget(task) };
  }

  /** Again and again; the next turn is planned when the last one has ended. */
  every(seconds: number, run: Task['run'], first = seconds): Cancellable {
    let next: Cancellable;
    let cancelled = false;
    const turn = async () => {
      await run();
      if (!cancelled) next = this.after(seconds, turn);
    };
    next = this.after(first, turn);
    return {
      cancel: () => {
        cancelled = true;
        next.cancel();
      },
    };
  }

  /** Replays `seconds` of the past. */
  async replay(seconds: number): Promise<void> {
    const until = this.#now + seconds * 1000;
    for (let due = this.#nextDue(); due !== undefined && due <= until; due = this.#nextDue()) {
      this.#pass(due);
      const ready = [...this.#tasks].filter((task) => task.due <= due);
      for (const task of ready) this.#tasks.delete(task);
      await Promise.all(ready.map((task) => task.run()));
    }
    this.#pass(until);
  }

  /** A stretch of the past in which nothing happens: what is planned is planned that much later. The present has none. */
  leap(seconds: number): void {
    if (this.#liveSince !== undefined) return;
    this.#pass(this.#now + seconds * 1000);
    for (const task of this.#tasks) task.due += seconds * 1000;
  }

  goLive(): void {
    this.#liveSince = Date.now();
    for (const task of this.#tasks) this.#arm(task, Math.max(0, task.due - this.#now) / 1000);
  }

  /** In either phase; the promise ends when that much cluster time has passed. */
  async pass(seconds: number): Promise<void> {
    if (this.#liveSince === undefined) return this.replay(seconds);
    await new Promise<void>((resolve) => this.after(seconds, resolve));
  }

  stop(): void {
    this.#stopped = true;
    for (const task of this.#tasks) this.#forget(task);
  }

  #pass(until: number): void {
    this.#lived += (until - this.#now) / 1000;
    this.#now = until;
  }

  #nextDue(): number | undefined {
    let next: number | undefined;
    for (const { due } of this.#tasks) if (next === undefined || due < next) next = due;
    return next;
  }

  #arm(task: Task, seconds: number): void {
    task.timer = setTimeout(
      () => {
        this.#tasks.delete(task);
        void task.run();
      },
      (seconds * 1000) / this.#speed,
    );
  }

  #forget(task: Task): void {
    clearTimeout(task.timer);
    this.#tasks.delete(task);
  }
}

/** As metav1.Time is written: whole seconds. */
export const stamp = (at: Date): string => at.toISOString().replace(/\.\d{3}Z$/, 'Z');
