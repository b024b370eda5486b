import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FlowEvent } from '#infra/local/engine.ts';
import { noDeployedFlows } from '#infra/local/no-deployed-flows.ts';
import { type FlowResult, type LocalRuntimeOptions, localRuntime } from '#infra/local/runtime.ts';
import { config } from '#shared/domain/config.ts';
import type { Incident } from '#shared/domain/incident.ts';
import { filesStore } from '#shared/files/store.ts';
import { readIncident } from '#shared/incidents/record.ts';
import { apiServer } from '#shared/kubernetes/api-server.ts';
import { makeClusters } from '#shared/kubernetes/clusters.ts';
import type { Message } from '#shared/ports/notifier.ts';
import type { Ports } from '#shared/ports/ports.ts';
import { testProber } from './probing.ts';
import { type ScriptedCluster, scriptedCluster } from './scripted-cluster.ts';

export interface Lab extends AsyncDisposable {
  cluster: ScriptedCluster;
  ports: Ports;
  /** directory of the store */
  out: string;
  /** what was sent */
  notices: Message[];
  invoke(functionName: string, event: unknown): Promise<Record<string, unknown>>;
  /** the P0 flow with waits of no time */
  respond(
    input?: Record<string, unknown>,
    runtime?: Partial<LocalRuntimeOptions>,
  ): Promise<FlowResult & { events: FlowEvent[] }>;
  incident(id: string | undefined): Promise<Incident>;
}

/** The real functions with the file store, on a scripted cluster over real HTTP; `target` says what differs. */
export async function flowLab(target: Record<string, unknown> = {}): Promise<Lab> {
  const cluster = await scriptedCluster();
  const client = apiServer({ name: 'sandbox', url: cluster.url });
  const out = mkdtempSync(join(tmpdir(), 'medic-flow-'));
  const notices: Message[] = [];
  const policy = { settleSeconds: 0, cooldownMinutes: 0, recoveryLimitSeconds: 90 };
  const ports: Ports = {
    config: config.parse({ targets: [{ name: 'shop', cluster: 'sandbox', policy, ...target }] }),
    store: filesStore(out),
    clusters: makeClusters({ sandbox: () => client }),
    notifier: {
      async send(message) {
        notices.push(message);
        return [{ channel: 'test', delivered: true }];
      },
    },
    clock: cluster.clock,
    executions: noDeployedFlows,
    prober: testProber,
  };
  return {
    cluster,
    ports,
    out,
    notices,
    async invoke(functionName, event) {
      return (await localRuntime({ ports }).invoke(functionName, event)) as Record<string, unknown>;
    },
    async respond(input = {}, runtime = {}) {
      const events: FlowEvent[] = [];
      const onEvent = (event: FlowEvent) => {
        events.push(event);
        // The flow's waits take no real time here, so the cluster's time passes by as much as they say.
        if (event.kind === 'waiting') cluster.pass(event.seconds / WAIT_SCALE);
      };
      const asked = { target: 'shop', mode: 'act', ...input };
      const result = await localRuntime({ ports, ...runtime }).execute('p0-response', asked, {
        waitScale: WAIT_SCALE,
        onEvent,
      });
      return { ...result, events };
    },
    incident: (id) => readIncident(ports.store, id ?? 'none'),
    async [Symbol.asyncDispose]() {
      client.close();
      await cluster[Symbol.asyncDispose]();
    },
  };
}

const WAIT_SCALE = 0.0001;
