import type { Found } from './codes.ts';
import { ownFault } from './own-fault.ts';

/** OTLP has no limit of its own; tokens and certificates bear some minutes. */
const APART_MS = 5 * 60_000;

/** What tells the time beside this side. */
export interface Witness {
  /** as it is named to people */
  who: string;
  at: Date;
}

export interface Clocks {
  own: Date;
  /** the `Date` of the endpoint's answer */
  server?: Date | undefined;
  /** somebody whose clock is right: an API of AWS */
  landmark?: Witness | undefined;
  /** of the endpoint's certificate */
  validity?: Validity | undefined;
}

export interface Validity {
  from: Date;
  to: Date;
}

export const farApart = (a: Date, b: Date): boolean => Math.abs(a.getTime() - b.getTime()) > APART_MS;
const holdsAt = ({ from, to }: Validity, at: Date): boolean => from <= at && at <= to;
const shown = (at: Date) => at.toUTCString();

/** Two clocks that differ, and whose is wrong, as far as a third tells it; undefined where they do not. */
export function skewFound({ own, server, landmark, validity }: Clocks): Found | undefined {
  if (!server || !farApart(own, server)) return undefined;
  const both = `the server says ${shown(server)}, this side ${shown(own)}`;
  if (landmark && farApart(own, landmark.at))
    return ownFault(`the clock of this side is wrong: ${both}, and ${landmark.who} ${shown(landmark.at)}`);
  if (landmark) return { code: 'clock-skew', detail: `${both}; ${landmark.who} agrees with this side` };
  if (validity && !holdsAt(validity, server))
    return { code: 'clock-skew', detail: `${both}; its own certificate does not hold at its time` };
  return { code: 'clock-skew', detail: both };
}

/** A certificate that does not hold now, where the clock that says so is this side's own and others contradict it. */
export function untimelyFound(
  found: Found,
  { own, server, landmark, validity }: Clocks & { validity: Validity },
): Found {
  const witness = landmark ?? (server && { who: 'the server', at: server });
  if (!witness) return found;
  if (!farApart(own, witness.at)) return { ...found, detail: `${found.detail}; ${witness.who} tells the same time` };
  if (!holdsAt(validity, witness.at)) return found;
  return ownFault(
    `the clock of this side is wrong: it says ${shown(own)}, ${witness.who} ${shown(witness.at)}, when the certificate holds`,
  );
}
