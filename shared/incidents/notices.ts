import * as z from 'zod';
import type { Delivery } from '#shared/ports/notifier.ts';
import { type Store, StoreConflict, type Version } from '#shared/ports/store.ts';
import { incidentPrefix } from './paths.ts';

const notice = z.strictObject({
  state: z
    .enum(['sending', 'sent', 'failed'])
    .describe('sending: on its way, or its sender died; failed: no channel took it'),
  at: z.iso.datetime(),
  tries: z.int().positive(),
  by: z.string().optional().describe('the flow that sends it'),
  deliveries: z.array(z.strictObject({ channel: z.string(), delivered: z.boolean(), why: z.string().optional() })),
});
type Notice = z.infer<typeof notice>;

/** A notice that is on its way for longer has lost its sender: well over the time that the function may take. */
export const SENDING_LIMIT_MS = 5 * 60_000;
/** A channel that is down must not make a loop; a sender that dies must not make a flood. */
const MAX_TRIES = 3;

const keyOf = (id: string, kind: string) => `${incidentPrefix(id)}/notices/${kind}.json`;
const body = (of: Notice) => `${JSON.stringify(of, null, 2)}\n`;

/** `givenUp`: no try has been taken, and there will be no other one. */
type Unclaimed = { claimed: false; why: string; givenUp?: true };
export type Claim = { claimed: true; version: Version; tries: number } | Unclaimed;

const unclaimed = (why: string): Unclaimed => ({ claimed: false, why });

/** Why a notice that is recorded must not be sent again; undefined when it may. */
function settled({ state, at, tries, by }: Notice, now: string, sender: string | undefined): Unclaimed | undefined {
  if (state === 'sent') return unclaimed(`sent at ${at}`);
  if (tries >= MAX_TRIES) return { ...unclaimed(`given up after ${tries} tries, the last at ${at}`), givenUp: true };
  // A flow does one thing at a time: what it finds on its way is its own, and its earlier try is dead.
  if (state === 'failed' || (by !== undefined && by === sender)) return undefined;
  const age = Date.parse(now) - Date.parse(at);
  return age < SENDING_LIMIT_MS ? unclaimed(`another call is sending it since ${at}`) : undefined;
}

/**
 * The right to send a notice, decided by one conditional write before anything is sent. A sender that dies between this
 * and `settleNotice` may have sent it: the same flow at once, and after SENDING_LIMIT_MS somebody else, may send it again,
 * because a page that comes twice is better than one that never comes.
 */
export async function claimNotice(
  store: Store,
  { id, kind, at, by }: { id: string; kind: string; at: string; by?: string | undefined },
): Promise<Claim> {
  const key = keyOf(id, kind);
  const sender = by === undefined ? {} : { by };
  try {
    const first: Notice = { state: 'sending', at, tries: 1, ...sender, deliveries: [] };
    return { claimed: true, version: await store.create(key, body(first)), tries: 1 };
  } catch (error) {
    if (!(error instanceof StoreConflict)) throw error;
  }
  const found = await store.read(key);
  if (!found) return unclaimed('another call is sending it');
  const known = notice.parse(JSON.parse(found.body.toString()));
  const over = settled(known, at, by);
  if (over) return over;
  try {
    const next: Notice = { ...known, ...sender, state: 'sending', at, tries: known.tries + 1 };
    return { claimed: true, version: await store.replace(key, body(next), found.version), tries: next.tries };
  } catch (error) {
    if (error instanceof StoreConflict) return unclaimed('another call is sending it');
    throw error;
  }
}

/** Records what became of a claimed notice. */
export async function settleNotice(
  store: Store,
  of: { id: string; kind: string; at: string; claim: Extract<Claim, { claimed: true }>; deliveries: Delivery[] },
): Promise<'sent' | 'failed'> {
  const { id, kind, at, claim, deliveries } = of;
  const state = deliveries.some(({ delivered }) => delivered) ? 'sent' : 'failed';
  try {
    await store.replace(keyOf(id, kind), body({ state, at, tries: claim.tries, deliveries }), claim.version);
  } catch (error) {
    // Somebody took us for dead and records the notice now.
    if (!(error instanceof StoreConflict)) throw error;
  }
  return state;
}
