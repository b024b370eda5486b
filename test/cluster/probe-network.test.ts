import { describe, expect, it } from 'vitest';
import type { ProbeRequest } from '#shared/ports/prober.ts';
import { serve } from '#test/support/http-server.ts';
import { takes } from '#test/support/otlp-server.ts';
import { testProber } from '#test/support/probing.ts';
import { missing } from '../../scripts/components/place.ts';
import { type Toxic, through } from './faulty-way.ts';

/* Faults of the way between, made by a real proxy: `npm run components -- telemetry`. */

const absent = missing('telemetry').map(({ name }) => name);

const walk = (endpoint: string, more: Partial<ProbeRequest> = {}) =>
  testProber.probe({
    ...{ endpoint, protocol: 'http/protobuf', signals: ['traces'], queries: [], target: 'telemetry-tier' },
    ...{ timeoutMs: 2000, slowMs: 400 },
    ...more,
  });

describe.skipIf(absent.includes('toxiproxy-server'))('the way to the endpoint', () => {
  it.each([
    ['F06 resets', { type: 'reset_peer', stream: 'upstream', attributes: { timeout: 0 } }, 'connection-reset', 'fail'],
    [
      'F05 a black hole',
      { type: 'timeout', stream: 'upstream', attributes: { timeout: 0 } },
      'response-timeout',
      'fail',
    ],
    ['latency', { type: 'latency', stream: 'downstream', attributes: { latency: 600 } }, 'otlp-slow', 'degraded'],
    [
      'a little latency',
      { type: 'latency', stream: 'downstream', attributes: { latency: 100 } },
      'otlp-healthy',
      'pass',
    ],
    [
      'an answer in slices',
      { type: 'slicer', stream: 'downstream', attributes: { average_size: 8, delay: 1000 } },
      'otlp-healthy',
      'pass',
    ],
  ] as [string, Toxic, string, string][])('%s', async (_, toxic, code, outcome) => {
    await using server = await serve(takes);
    await using way = await through(server.url, toxic);
    expect((await walk(way.url)).verdict).toMatchObject({ code, outcome });
  });
});
