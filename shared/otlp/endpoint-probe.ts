import type { OtlpProtocol, ProbeResult, RungName } from '#shared/domain/probe-result.ts';

/** How the ladder ended at one endpoint of a target, for what asks more than the ladder. */
export interface EndpointProbe {
  endpoint: string;
  protocol: OtlpProtocol;
  outcome: 'pass' | 'degraded' | 'fail' | 'not-checked';
  /** of the ladder's codes; absent where it could not be walked */
  code?: string;
  rung?: RungName;
  vantage?: ProbeResult['vantage'];
  /** of the whole batch, milliseconds; absent where none was accepted */
  acceptedInMs?: number;
  title: string;
  remedy?: string;
}

/** What only says that the medic stands elsewhere is no failure of the target: names of the cluster, its own network. */
function outcomeOf({ verdict, rungs }: ProbeResult): EndpointProbe['outcome'] {
  const { code, outcome } = verdict;
  if (outcome === 'unknown') return 'not-checked';
  const outside = code === 'dns-not-found' && rungs.some(({ detail }) => detail.includes('only inside the cluster'));
  return outside ? 'not-checked' : outcome;
}

export function endpointProbe(result: ProbeResult): EndpointProbe {
  const { endpoint, protocol, vantage, verdict, rungs } = result;
  const accept = rungs.find(({ name }) => name === 'accept');
  const accepted = accept?.outcome === 'pass' || accept?.outcome === 'degraded';
  return {
    endpoint,
    protocol,
    outcome: outcomeOf(result),
    code: verdict.code,
    rung: verdict.rung,
    vantage,
    ...(accepted && { acceptedInMs: Math.round(accept.durationMs) }),
    title: verdict.title,
    ...(verdict.remedy && { remedy: verdict.remedy }),
  };
}
