import { setTimeout as sleep } from 'node:timers/promises';
import { guideNamespace } from '#test/cluster/guide-namespace.ts';
import { ControlPlane } from '../control-plane/control-plane.ts';

/** The guide's service this many times in this many namespaces: 40 x 10 x 25 = 10,000 pods. */
const NAMESPACES = 40;
const APPS = 9;
const REPLICAS = 25;
export const PODS = NAMESPACES * (APPS + 1) * REPLICAS;
/** KWOK's nodes have 3.9 cores each, the pods ask for a tenth of one. */
const NODES = 270;

/** Some seven minutes on two cores, and more where they are busy. */
const PATIENCE_MS = 25 * 60_000;

/** A real control plane of 10,000 pods, all of them ready. */
export async function largeCluster(tell: (line: string) => void): Promise<ControlPlane> {
  const plane = await ControlPlane.start({ nodes: NODES });
  try {
    for (let number = 1; number <= NAMESPACES; number++) await plane.client.apply(...objectsOf(`team-${number}`));
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const ready = await readyPods(plane);
      if (ready >= PODS) return plane;
      if (Date.now() > deadline) throw new Error(`only ${ready} of ${PODS} pods are ready`);
      tell(`${ready} of ${PODS} pods are ready`);
      await sleep(15_000);
    }
  } catch (error) {
    await plane.down();
    throw error;
  }
}

function objectsOf(namespace: string): object[] {
  const { app, collector, namespace: itself, ...others } = guideNamespace(namespace);
  const apps = Array.from({ length: APPS }, (_, number) =>
    JSON.parse(JSON.stringify(app).replaceAll('"otlp-app"', `"otlp-app-${number + 1}"`)),
  );
  const workloads = [collector, ...apps].map((each) => ({ ...each, spec: { ...each.spec, replicas: REPLICAS } }));
  return [itself, ...Object.values(others), ...workloads];
}

async function readyPods({ client }: ControlPlane): Promise<number> {
  const columns = 'custom-columns=READY:.status.readyReplicas';
  const counts = await client.kubectl('get', 'deployments', '--all-namespaces', '--no-headers', '-o', columns);
  return counts.split('\n').reduce((sum, count) => sum + (Number(count) || 0), 0);
}
