import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { type LadderRun, ladderResult, type RungReport } from '#shared/otlp/ladder-result.ts';
import { renderLadder } from '#shared/report/ladder.ts';

const run = (reports: RungReport[], secrets: string[] = [], notChecked: LadderRun['notChecked'] = {}) =>
  ladderResult({
    ...{ endpoint: 'http://collector:4318', protocol: 'http/json', signals: ['traces', 'logs'], vantage: 'direct' },
    ...{ at: new Date(0), durationMs: 12, reports, secrets },
    notChecked: { tls: 'the endpoint is http://', ...notChecked },
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
  expect(text).toMatch(/✗ respond +1 ms {2}1 of 2 signals does not pass\n.*✓ traces\n.*✗ logs: 404 for logs\n/);
  expect(text.match(/404 for logs/g)).toHaveLength(2);
  expect(text).toMatch(/· accept .*not reached/);
});

it('says of which signals a pass proves more, and calls those that were not looked at by that name', () => {
  const signals = {
    traces: { outcome: 'pass', detail: 'jaeger has it' },
    logs: { outcome: 'not-checked', detail: 'no backend is configured' },
  } as const;
  const text = renderLadder(
    run([...BELOW, passed('respond'), passed('accept'), passed('export'), { ...passed('store'), signals }]),
    { colour: false },
  );
  expect(text).toContain('HEALTHY  otlp-healthy at store');
  expect(text).toMatch(/✓ store +1 ms {2}1 of 2 signals is not checked\n.*✓ traces\n.*- logs: no backend/);
  expect(text).toMatch(/Proof {2}Telemetry is sent, handed on and found again\. .*traces alone.*logs/);
});

it('knows nothing of items where the run ended before they were answered', () => {
  const found = { code: 'prober-fault' as const, detail: 'the run was stopped before the answer' };
  const text = renderLadder(run([...BELOW, passed('respond'), { ...passed('accept'), found }]), { colour: false });
  expect(text).toMatch(/Proof {2}Empty exports are taken.*; nothing is known beyond that\.$/m);
});

it('says once what is the same of all signals, and names the signal once where it is quoted too', () => {
  const found = { code: 'path-not-found' as const, detail: '/v1/traces: 404' };
  const signals = {
    traces: { outcome: 'fail', detail: '/v1/traces: 404' },
    logs: { outcome: 'fail', detail: '/v1/logs: 404' },
  } as const;
  const alike = renderLadder(run([...BELOW, { ...passed('respond'), found, signal: 'traces', signals }]), {
    colour: false,
  });
  expect(alike).toContain('FAILED  path-not-found at respond (all signals)');
  expect(alike.match(/404/g)).toHaveLength(2);
  const apart = { ...signals, logs: { outcome: 'fail', detail: 'logs: 503 "busy"' } } as const;
  const text = renderLadder(run([...BELOW, { ...passed('respond'), found, signal: 'traces', signals: apart }]), {
    colour: false,
  });
  expect(text).toContain('path-not-found at respond (traces)');
  expect(text).toMatch(/✗ traces: \/v1\/traces: 404\n.*✗ logs: 503 "busy"\n/);
});

it('ends with the fault, what was seen, what to do, and how far the proof reaches', () => {
  const found = { code: 'connection-refused' as const, detail: 'connect ECONNREFUSED 10.0.0.1:4318' };
  const failed = renderLadder(run([passed('lint'), passed('resolve'), { ...passed('connect'), found }]), {
    colour: false,
  });
  expect(failed.split('\n\n').at(-1)?.split('\n')).toEqual([
    'Fault  Nothing listens on the port',
    'Seen   connect ECONNREFUSED 10.0.0.1:4318',
    expect.stringMatching(/^Next {3}See that the Collector runs/),
    'Proof  The name resolves; nothing is known beyond that.',
  ]);
  const flawed = { ...passed('connect'), flaw: '1 of 2 addresses fails: 10.0.0.2' };
  const upTo = [passed('lint'), passed('resolve'), flawed, passed('sniff'), passed('respond'), passed('accept')];
  const passes = run(upTo, [], { export: 'the metrics could not be read: 404', store: 'no query URL is given' });
  expect(passes.verdict).toMatchObject({ code: 'otlp-healthy', outcome: 'pass' });
  expect(renderLadder(passes, { colour: false }).split('\n\n').at(-1)?.split('\n')).toEqual([
    'Proof  The receiver accepts telemetry; whether it is sent on and stored was not looked at.',
    'Note   connect: fine; 1 of 2 addresses fails: 10.0.0.2',
    expect.stringMatching(/^Note {3}export was not checked: the metrics could not be read: 404$/),
    'Next   To look further give --query-url or --receipt-logs (does it arrive?).',
  ]);
});

it('paints each rung by its outcome, and nothing without colour', () => {
  const found = { code: 'unauthenticated' as const, detail: '401' };
  const result = run([...BELOW, { ...passed('respond'), found }]);
  const painted = renderLadder(result, { colour: true });
  expect(painted).toContain('\u001b[31m✗ respond');
  expect(painted).toContain('\u001b[32m✓ lint');
  expect(stripVTControlCharacters(painted)).toBe(renderLadder(result, { colour: false }));
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
