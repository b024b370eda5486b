import type { Validity } from '#shared/otlp/clocks.ts';
import type { ProbeCodeName } from '#shared/otlp/codes.ts';
import { respondRung } from './arrival.ts';
import { connectRung } from './connect.ts';
import type { Idle } from './dial.ts';
import { resolveRung, sniffRung, tlsRung } from './ground.ts';
import { httpCall } from './http-call.ts';
import { callFound } from './neighbours.ts';
import type { Run } from './run.ts';
import { climbFromAccept, climbRespond } from './upper-rungs.ts';
import type { DirectVisit, Post } from './visit.ts';

/** How long a server gets to speak first, where nothing else took that time. */
const SNIFF_MS = 400;
/** Where no answer came, what the server says first may be the reason. */
const UNSAID: readonly ProbeCodeName[] = ['http-to-grpc-port', 'connection-reset'];

function visitOf(run: Run, { address, heard }: Idle, validity: Validity | undefined): DirectVisit {
  const { request, endpoint, headers, material, limit, signal, clock, side } = run;
  const post: Post = async (path, own, body) => {
    const to = { method: 'POST' as const, ...endpoint, address, path, headers: own, body, material };
    const answer = await httpCall({ ...to, timeoutMs: limit(), signal });
    return 'fault' in answer ? { found: await callFound(visit, answer.fault, answer.raw) } : answer;
  };
  const visit: DirectVisit = {
    ...{ request, endpoint, address, headers, material, limit, signal, post, side, heard },
    now: () => clock.now(),
    ...(validity && { validity }),
  };
  return visit;
}

async function climbOn(run: Run, open: Idle): Promise<void> {
  const { request, endpoint, material, climb, limit, clock, signal, guard, side } = run;
  let validity: Validity | undefined;
  if (endpoint.tls) {
    const tls = await tlsRung(request, endpoint, { idle: open, material, limitMs: limit(), now: clock.now(), side });
    climb(sniffRung(request, endpoint, open));
    if (!climb(tls.report)) return;
    validity = tls.validity;
  } else run.notChecked.tls = 'the endpoint is http://, without TLS';
  const visit = visitOf(run, open, validity);
  // The idle connection listens while the first request is under way: a good server costs no wait.
  const responded = respondRung(visit);
  if (!endpoint.tls) {
    const first = await Promise.race([responded, open.listen(SNIFF_MS)]);
    if (first?.found && UNSAID.includes(first.found.code)) await open.listen(SNIFF_MS);
    if (!climb(sniffRung(request, endpoint, open))) {
      await responded;
      return;
    }
  }
  const call = { material, timeoutMs: limit(), signal, guard, lookup: side.lookup };
  if (await climbRespond(run, await responded, call)) await climbFromAccept(run, visit, call);
}

/** Up the ladder by sockets of this process. */
export async function walkDirect(run: Run): Promise<void> {
  const { endpoint, climb, limit, guard, vantage, side } = run;
  const resolved = await resolveRung(endpoint, { limitMs: limit(), guard, side });
  if (!climb(resolved.report)) return;
  const connected = await connectRung(endpoint, resolved.addresses, { limitMs: limit(), vantage, side });
  if (!climb(connected.report) || !connected.idle) return;
  const { idle } = connected;
  try {
    await climbOn(run, idle);
  } finally {
    idle.close();
  }
}
