import { fingerprintOf } from '#shared/domain/finding.ts';
import type { KnownFault, RunChanges } from '#shared/domain/run-changes.ts';
import type { EndpointProbe } from '#shared/otlp/endpoint-probe.ts';

const placeOf = ({ protocol, endpoint }: EndpointProbe) => `${protocol} ${endpoint}`;

/**
 * What stops telemetry at each endpoint, compared with the run before it. At one that could not be asked this time a
 * fault is neither resolved nor seen again; of one that is no longer named nothing is told.
 */
export function compareProbes(
  probes: readonly EndpointProbe[],
  before: readonly KnownFault[],
  at: string,
): { faults: KnownFault[]; changes: Omit<RunChanges, 'since'> } {
  const known = new Map(before.map((fault) => [fault.fingerprint, fault]));
  const now = probes.flatMap((probe): KnownFault[] => {
    const { outcome, code, title } = probe;
    if (outcome !== 'fail' && outcome !== 'degraded') return [];
    const endpoint = placeOf(probe);
    const fingerprint = fingerprintOf(code, { kind: 'OtlpEndpoint', namespace: '', name: endpoint });
    const last = known.get(fingerprint);
    return [
      {
        ...{ fingerprint, code, severity: outcome === 'fail' ? 'P1' : 'P2', title: `${title} (${endpoint})`, endpoint },
        ...{ firstSeen: last?.firstSeen ?? at, lastSeen: at, runs: (last?.runs ?? 0) + 1 },
      },
    ];
  });
  const seen = new Set(now.map(({ fingerprint }) => fingerprint));
  const gone = before.filter(({ fingerprint }) => !seen.has(fingerprint));
  const goneAt = (asked: boolean) =>
    gone.filter(({ endpoint }) =>
      probes.some((probe) => placeOf(probe) === endpoint && (probe.outcome !== 'not-checked') === asked),
    );
  return {
    faults: [...now, ...goneAt(false)],
    changes: {
      new: now.filter(({ fingerprint }) => !known.has(fingerprint)),
      persisting: now.filter(({ fingerprint }) => known.has(fingerprint)),
      resolved: goneAt(true),
    },
  };
}
