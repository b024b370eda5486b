import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { runStateMachine } from '#infra/local/engine.ts';
import { invokeLocally } from '#infra/local/invoke.ts';
import type { Needs } from '#shared/domain/needs.ts';
import type { Ports } from '#shared/ports/ports.ts';
import { flowLab, type Lab } from '#test/support/flow-lab.ts';

const names = readdirSync('functions').sort();
const definition = JSON.parse(readFileSync('infra/state-machines/p0-response.asl.json', 'utf8'));
const needs = new Map<string, Needs>();
/** what the functions touched, over all runs of this file: `read incidents/`, `cluster`, `notices` */
const touched = new Map(names.map((name) => [name, new Set<string>()]));

beforeAll(async () => {
  for (const name of names) needs.set(name, (await import(`../../functions/${name}/needs.ts`)).needs);
});

const prefixOf = (key: string) => key.slice(0, key.indexOf('/') + 1);

/** The ports as they are, with an account of their use. */
function watched(ports: Ports, touch: (what: string) => void): Ports {
  const { store, clusters, notifier, prober } = ports;
  const on = <T>(how: string, key: string, value: T) => {
    touch(`${how} ${prefixOf(key)}`);
    return value;
  };
  return {
    ...ports,
    store: {
      ...store,
      read: (key) => on('read', key, store.read(key)),
      create: (key, body) => on('write', key, store.create(key, body)),
      replace: (key, body, version) => on('write', key, store.replace(key, body, version)),
      put: (key, body) => on('write', key, store.put(key, body)),
      remove: (key, version) => on('remove', key, store.remove(key, version)),
    },
    clusters: { open: (target, options) => on('cluster', '', clusters.open(target, options)) },
    notifier: { send: (message, options) => on('notices', '', notifier.send(message, options)) },
    prober: {
      ...prober,
      probe: (request, options) => {
        if (request.vantage === 'apiserver') touch('cluster');
        return prober.probe(request, options);
      },
    },
    executions: { start: async (flow) => on('start', `${flow}/`, 'started' as const) },
  };
}

const lab = { current: undefined as Lab | undefined };
afterEach(async () => {
  await lab.current?.[Symbol.asyncDispose]();
  lab.current = undefined;
});

async function makeLab(target: Record<string, unknown> = {}) {
  lab.current = await flowLab({ alarms: ['otlp-app-availability'], ...target });
  return lab.current;
}

const invoke = ({ ports }: Lab, name: string, event: unknown) => {
  const account = watched(ports, (what) => touched.get(name)?.add(what.trim()));
  return invokeLocally(account, name, event, { sink: () => undefined });
};

const flow = (of: Lab, input: object) =>
  runStateMachine({
    definition,
    input: { target: 'shop', mode: 'act', ...input },
    name: 'flow-1',
    waitScale: 0.0001,
    invoke: (name, event) => invoke(of, name, event),
    journal: { recall: () => undefined, keys: () => [], record: async () => undefined },
    onEvent: (event) => {
      if (event.kind === 'waiting') of.cluster.pass(event.seconds / 0.0001);
    },
  });

/** Nothing listens at the one, and the cluster of the lab has no proxy to the other. */
const ENDPOINTS = [
  { endpoint: 'http://127.0.0.1:1', protocol: 'http/json' },
  { endpoint: 'http://otel-collector:4318', protocol: 'http/json', vantage: 'apiserver' },
];

/** Each sample of each function; samples speak of the sandbox, and of an incident that is not there. */
async function samples(of: Lab, incidentId?: string) {
  // A day that is over, to be folded by the runs of the samples.
  for (const series of ['', ...names.map((name) => `${name}/`)])
    await of.ports.store.put(`history/shop/${series}2026/11/20/093000.000Z.json`, '{}');
  for (const name of names)
    for (const file of readdirSync(`functions/${name}/events`)) {
      const event = JSON.parse(readFileSync(`functions/${name}/events/${file}`, 'utf8'));
      const about = {
        ...('target' in event && { target: 'shop' }),
        ...('incidentId' in event && incidentId && { incidentId }),
      };
      await invoke(of, name, { ...event, ...about }).catch(({ name: error }) =>
        expect(['InputError', 'UnavailableError']).toContain(error),
      );
    }
}

it('covers the flow in its branches and each sample event', { timeout: 30_000 }, async () => {
  expect(await flow(await makeLab(), {})).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'recovered' } });
  await lab.current?.[Symbol.asyncDispose]();
  const stubborn = await makeLab();
  stubborn.cluster.cures = false;
  expect(await flow(stubborn, {})).toMatchObject({ output: { outcome: 'escalated' } });
  await lab.current?.[Symbol.asyncDispose]();
  expect(await flow(await makeLab(), { mode: 'plan' })).toMatchObject({ status: 'SUCCEEDED' });
  await lab.current?.[Symbol.asyncDispose]();
  await samples(await makeLab({ otlp: ENDPOINTS }));
  await lab.current?.[Symbol.asyncDispose]();
  const open = await makeLab({ otlp: ENDPOINTS });
  await invoke(open, 'start-response', { mode: 'act' });
  const opened = (await invoke(open, 'open-incident', { mode: 'act', execution: 'flow-1' })) as { incidentId: string };
  // An orphan is taken over by the next one.
  open.cluster.pass(7200);
  await samples(open, opened.incidentId);
});

it.each(names)('declares for %s what it touches, and nothing else', (name) => {
  const { store, kubernetes, notices, starts = [] } = needs.get(name) ?? ({ store: { read: [] } } as unknown as Needs);
  const { read, write = [], remove = [] } = store;
  const said = [
    // What is written or removed may be read too: a conditional write needs that.
    ...[...new Set([...read, ...write, ...remove])].map((prefix) => `read ${prefix}`),
    ...write.map((prefix) => `write ${prefix}`),
    ...remove.map((prefix) => `remove ${prefix}`),
    ...(kubernetes ? ['cluster'] : []),
    ...(notices ? ['notices'] : []),
    ...starts.map((one) => `start ${one}/`),
  ];
  const did = [...(touched.get(name) ?? [])];
  const undeclared = did.filter((what) => !said.includes(what));
  const implied = (what: string) =>
    did.includes(what.replace('read', 'write')) || did.includes(what.replace('read', 'remove'));
  const needless = said.filter((what) => !did.includes(what) && !(what.startsWith('read ') && implied(what)));
  expect({ undeclared, needless }).toEqual({ undeclared: [], needless: [] });
});
