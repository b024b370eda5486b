import type { ContainerPort, Workload } from '#shared/domain/kubernetes.ts';
import { BACKEND } from './healthy.ts';
import { claim, service } from './things.ts';
import { statefulSet } from './workloads.ts';
import type { World } from './world.ts';

interface Backend {
  image: string;
  ports: Record<string, number>;
  /** keeps its data on a volume, as charts do it: data-NAME-0 */
  volume?: { phase: 'Bound' | 'Pending'; age?: number };
}

/** What telemetry is sent to, in the namespace where its operators live. */
export function backend(world: World, name: string, { image, ports, volume }: Backend): Workload {
  const named: ContainerPort[] = Object.entries(ports).map(([port, containerPort]) => ({
    name: port,
    containerPort,
    protocol: 'TCP',
  }));
  const [probed = 'http'] = Object.keys(ports);
  if (volume) claim(world, `data-${name}-0`, { namespace: BACKEND, ...volume });
  const made = statefulSet(world, name, {
    namespace: BACKEND,
    container: {
      name,
      image,
      ports: named,
      resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { memory: '2Gi' } },
      readinessProbe: { httpGet: { path: '/ready', port: probed }, periodSeconds: 10, failureThreshold: 3 },
      ...(volume ? { volumeMounts: [{ name: 'data', mountPath: '/data' }] } : {}),
    },
    ...(volume ? { claim: 'data' } : {}),
  });
  service(
    world,
    name,
    { app: name },
    Object.entries(ports).map(([port, number]) => ({ name: port, port: number, targetPort: port })),
    { namespace: BACKEND },
  );
  return made;
}
