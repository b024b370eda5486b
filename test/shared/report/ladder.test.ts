import { expect, it } from 'vitest';
import { ladderResult, type RungReport } from '#shared/otlp/ladder-result.ts';
import { renderLadder } from '#shared/report/ladder.ts';

const run = (reports: RungReport[], secrets: string[] = []) =>
  ladderResult({
    ...{ endpoint: 'http://collector:4318', protocol: 'http/json', signals: ['traces', 'logs'], vantage: 'direct' },
    ...{ at: new Date(0), durationMs: 12, reports, notChecked: { tls: 'the endpoint is http://' }, secrets },
  });
const passed = (name: RungReport['name']): RungReport => ({ name, durationMs: 1, detail: 'fine' });
const BELOW = (['lint', 'resolve', 'connect', 'sniff'] as const).map(passed);

it('draws one line for each rung in their order, and says how far a pass reaches', () => {
  const text = renderLadder(run([...BELOW, passed('respond'), passed('accept')]), { colour: false });
  expect([...text.matchAll(/[├└] . (\w+)/g)].map(([, name]) => name)).toEqual([
    ...['lint', 'resolve', 'connect', 'sniff', 'tls', 'respond', 'accept', 'export', 'store'],
  ]);
  expect(text).toContain('HEALTHY  otlp-healthy at accept');
  expect(text).toContain('whether it is sent on and stored was not looked at');
  expect(text).toContain('not checked: the endpoint is http://');
});

it('names the signal that fails, and reaches nothing above', () => {
  const found = { code: 'signal-pipeline-missing' as const, detail: '404 for logs' };
  const signals = {
    traces: { outcome: 'pass', detail: '' },
    logs: { outcome: 'fail', detail: '404 for logs' },
  } as const;
  const text = renderLadder(
    run([...BELOW, { ...passed('respond'), found, signal: 'logs', signals }, passed('accept')]),
    {
      colour: false,
    },
  );
  expect(text).toContain('FAILED  signal-pipeline-missing at respond (logs)');
  expect(text).toMatch(/✗ logs: 404 for logs/);
  expect(text).toMatch(/· accept .*not reached/);
});

it('shows neither control characters nor secrets of what a server says', () => {
  const found = { code: 'unauthenticated' as const, detail: '\u001b[31mno s3cr3t-token\u202e here' };
  const result = run([...BELOW, { ...passed('respond'), found }], ['s3cr3t-token']);
  const text = renderLadder(result, { colour: false });
  expect(text).toContain('no [redacted]');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]|s3cr3t/);
});

it('has a line for each other endpoint, and says what was not seen through the API server', () => {
  const healthy = { ...run([...BELOW, passed('respond'), passed('accept')]), vantage: 'apiserver' as const };
  const text = renderLadder(
    { ...healthy, others: [{ ...healthy, endpoint: 'http://other\u001b[2J:4317' }] },
    { colour: false },
  );
  expect(text).toMatch(
    /through the API server: .*TLS.* not looked at\.\n\nThe other endpoints of the target:\n {2}✓ otlp-healthy at accept {2}http:\/\/other/,
  );
  expect(text).not.toContain('\u001b');
});
