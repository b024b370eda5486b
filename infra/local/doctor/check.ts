/** warn = it works, but not as well as it could; not-checked = nothing is known, or it is not needed. */
export type Outcome = 'pass' | 'warn' | 'fail' | 'not-checked';

/** One thing looked at. */
export interface Check {
  /** stable: scripts look for it */
  name: string;
  outcome: Outcome;
  /** one line: what was found */
  detail: string;
  /** one line: what to do about it */
  fix?: string;
  /** what to paste into a shell for it */
  commands?: string[];
}

/** Checks of one thing, under one heading. */
export interface Section {
  title: string;
  checks: Check[];
}

type Repair = Pick<Check, 'fix' | 'commands'>;

export const pass = (name: string, detail: string): Check => ({ name, outcome: 'pass', detail });

export const warn = (name: string, detail: string, repair: Repair): Check => ({
  name,
  outcome: 'warn',
  detail,
  ...repair,
});

export const fail = (name: string, detail: string, repair: Repair): Check => ({
  name,
  outcome: 'fail',
  detail,
  ...repair,
});

export const notChecked = (name: string, detail: string, repair: Repair = {}): Check => ({
  name,
  outcome: 'not-checked',
  detail,
  ...repair,
});
