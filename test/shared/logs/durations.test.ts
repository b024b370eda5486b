import { expect, it } from 'vitest';
import { fieldDuration, statedDurations } from '#shared/logs/durations.ts';

const longest = (text: string): number | undefined => {
  const stated = statedDurations(text).map(({ ms }) => ms);
  return stated.length === 0 ? undefined : Math.max(...stated);
};

it.each([
  ['export took 1.82s for 512 spans', 1820],
  ['Completed in 2,000 rows', undefined],
  ['request completed in 1532ms', 1532],
  ['compaction finished after 1m2.5s', 62_500],
  ['slow query (1250 ms): SELECT 1', 1250],
  ['latency=1500ms status=200', 1500],
  ['elapsed_ms=2312 rows=4', 2312],
  ['{"elapsed": "1.52s", "interval": "30s"}', 1520],
  ['took: 1200 ms', 1200],
  ['"POST /v1/traces HTTP/1.1" 200 1532ms', 1532],
  ['(total time: 1505ms):', 1505],
  ['took 900µs', 0.9],
  ['retry in 30s', undefined],
  ['request timeout is 30s', undefined],
  ['timed out after 30s', undefined],
  ['timeout=30000ms', undefined],
  ['up for 3 hours', undefined],
  ['stopped after 3600000 ms', undefined],
  ['expected-duration=100ms', undefined],
  ['ttl_ms=60000 max_elapsed_time=300s', undefined],
])('%s', (text, ms) => expect(longest(text)).toBe(ms));

it.each([
  ['duration_ms', 1450, 1450],
  ['elapsedMs', 1450, 1450],
  ['request_time', '1.5s', 1500],
  ['response_time_seconds', 2, 2000],
  ['duration', 1450, undefined],
  ['timeout_ms', 30_000, undefined],
  ['retry_delay_ms', 30_000, undefined],
  ['uptime_seconds', 30_000, undefined],
  ['latency', null, undefined],
])('field %s: %s', (name, value, ms) => expect(fieldDuration(name, value)).toBe(ms));

it('takes a bare number for what the logger counts in', () => {
  expect(fieldDuration('responseTime', 2180, 1)).toBe(2180);
});
