import { expect, it } from 'vitest';
import { config } from '#shared/domain/config.ts';
import { apiServer } from '#shared/kubernetes/api-server.ts';
import type { ProbeRequest } from '#shared/ports/prober.ts';
import { targetProbes } from '#shared/ports/target-probes.ts';
import { type Received, serve } from '#test/support/http-server.ts';
import { json, status, text } from '#test/support/kubernetes-answers.ts';
import { takes } from '#test/support/otlp-server.ts';
import { proberWith } from '#test/support/probing.ts';

/* A real Collector's log from a real API server is in test/cluster/probe-receipt-logs.test.ts; here is what neither gives. */

const running = (name: string) => ({
  metadata: { name },
  spec: { containers: [{ name: 'otc', image: 'x' }] },
  status: { phase: 'Running' },
});

interface Script {
  pods: string[];
  /** of a pod; gets what the receiver took so far */
  log: (pod: string, taken: Received[]) => ReturnType<typeof text>;
}

async function walk({ pods, log }: Script, more: Partial<ProbeRequest> = {}) {
  await using collector = await serve(takes);
  await using server = await serve((received, response) => {
    const [, pod] = /\/pods\/([^/]+)\/log$/.exec(received.path) ?? [];
    const answer = pod ? log(pod, collector.requests) : json({ kind: 'PodList', items: pods.map(running) });
    answer(response, received);
  });
  const prober = proberWith({
    apiServerOf: async () => ({ cluster: apiServer({ name: 'test', url: server.url }), namespace: 'shop' }),
  });
  const { verdict, rungs } = await prober.probe(
    {
      ...{ endpoint: collector.url, protocol: 'http/json', signals: ['traces'], queries: [], target: 'shop' },
      ...{ timeoutMs: 2000, slowMs: 5000, receiptLogs: { selector: 'app=otelcol' }, ...more },
    },
    { signal: AbortSignal.timeout(1000) },
  );
  const { code, rung, outcome } = verdict;
  const store = rungs.find(({ name }) => name === 'store');
  return { code, rung, outcome, store, asked: server.requests };
}

const idOf = (taken: Received[]) => /"traceId":"([0-9a-f]{32})"/.exec(String(taken.at(-1)?.body))?.[1];
const runOf = (taken: Received[]) => /"([0-9a-f]{16})"\}\}\]\}\]\}\]/.exec(String(taken.at(-1)?.body))?.[1];

it('asks for the pods of the selector in the namespace of the target, and for no more of their logs than the run is long', async () => {
  const log: Script['log'] = (_, taken) => text(`Trace ID : ${idOf(taken)}\nStr(${runOf(taken)})\nsecret=hunter2`);
  const found = await walk({ pods: ['a', 'b'], log });
  expect(found).toMatchObject({ code: 'otlp-healthy', rung: 'store' });
  expect(JSON.stringify(found.store)).not.toContain('hunter2');
  const [list, ...logs] = found.asked;
  expect(list?.url).toMatch(/^\/api\/v1\/namespaces\/shop\/pods\?labelSelector=app%3Dotelcol&/);
  expect(logs.map(({ path }) => path).sort()).toEqual(
    ['a', 'b'].map((pod) => `/api/v1/namespaces/shop/pods/${pod}/log`),
  );
  for (const { query } of logs) {
    expect(query.get('container')).toBe('otc');
    expect(Number(query.get('sinceSeconds'))).toBeLessThan(5);
    expect(Number(query.get('limitBytes'))).toBe(4 * 1024 * 1024);
  }
});

it('takes another run for nothing, and a span without its mark for altered', async () => {
  const other = await walk({ pods: ['a'], log: () => text(`Trace ID : ${'ab'.repeat(16)}\nStr(0123456789abcdef)\n`) });
  expect(other).toMatchObject({ code: 'not-stored', store: { detail: expect.stringContaining('in the log of a') } });
  const bare = await walk({ pods: ['a'], log: (_, taken) => text(`Trace ID : ${idOf(taken)}\nResourceLog #0`) });
  expect(bare).toMatchObject({ code: 'stored-altered', rung: 'store', outcome: 'degraded' });
});

it('finds it in one pod though the log of another cannot be read, and fails nothing where none can', async () => {
  const gone = status(404, 'pods "b" not found');
  const half: Script['log'] = (pod, taken) =>
    pod === 'b' ? gone : text(`${idOf(taken)} otlp_medic.run_id=${runOf(taken)}`);
  expect(await walk({ pods: ['a', 'b'], log: half })).toMatchObject({ code: 'otlp-healthy', rung: 'store' });
  const none = await walk({ pods: ['b'], log: () => gone });
  expect(none).toMatchObject({ code: 'otlp-healthy', rung: 'accept', store: { outcome: 'not-checked' } });
  expect(none.store?.detail).toContain('pods "b" not found');
});

it('says how many logs it read where there are more, and that one is too long to be read to its end', async () => {
  const pods = Array.from({ length: 12 }, (_, index) => `pod-${index}`);
  const many = await walk({ pods, log: () => text('nothing\n') });
  expect(many.store).toMatchObject({ outcome: 'not-checked', detail: expect.stringContaining('those of 2 more') });
  // Bytes are counted, not characters.
  for (const letter of ['x', 'é']) {
    const long = await walk({ pods: ['a'], log: () => text(Buffer.alloc(4 * 1024 * 1024, letter)) });
    expect(long.store).toMatchObject({ outcome: 'not-checked', detail: expect.stringContaining('more than 4 MiB') });
  }
});

it('is of a target’s endpoint as medic.config.ts has it', () => {
  const receipt = { selector: 'app=otelcol', namespace: 'monitoring', container: 'otc' };
  const otlp = [{ endpoint: 'http://c:4318', receipt }];
  const { targets } = config.parse({ targets: [{ name: 'shop', cluster: 'sandbox', otlp }] });
  expect(targets.flatMap(targetProbes)).toMatchObject([{ receiptLogs: receipt }]);
});
