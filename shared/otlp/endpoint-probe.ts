import type { Ladder, OtlpProtocol, RungName } from '#shared/domain/probe-result.ts';

/** How the ladder ended at one endpoint of a target, for what asks more than the ladder. */
export interface EndpointProbe {
  endpoint: string;
  protocol: OtlpProtocol;
  outcome: 'pass' | 'degraded' | 'fail' | 'not-checked';
  /** of the ladder's codes */
  code: string;
  rung: RungName;
  vantage: Ladder['vantage'];
  /** of the whole batch, milliseconds; absent where none was accepted */
  acceptedInMs?: number;
  /** of the code; for what was not checked, the reason */
  title: string;
  remedy?: string;
}

/** What only says that the medic stands elsewhere is no failure of the target: names of the cluster, its own network. */
function outcomeOf({ verdict, rungs }: Ladder): EndpointProbe['outcome'] {
  const { code, outcome } = verdict;
  if (outcome === 'unknown') return 'not-checked';
  const outside = code === 'dns-not-found' && rungs.some(({ detail }) => detail.includes('only inside the cluster'));
  return outside ? 'not-checked' : outcome;
}

export function endpointProbe(result: Ladder): EndpointProbe {
  const { endpoint, protocol, vantage, verdict, rungs } = result;
  const ended = outcomeOf(result);
  const decisive = rungs.find(({ name }) => name === verdict.rung)?.detail;
  const accept = rungs.find(({ name }) => name === 'accept');
  const accepted = accept?.outcome === 'pass' || accept?.outcome === 'degraded';
  return {
    endpoint,
    protocol,
    outcome: ended,
    code: verdict.code,
    rung: verdict.rung,
    vantage,
    ...(accepted && { acceptedInMs: Math.round(accept.durationMs) }),
    // That it could not look is known by then; what kept it from looking is not.
    title: (ended === 'not-checked' && decisive) || verdict.title,
    ...(verdict.remedy && { remedy: verdict.remedy }),
  };
}
