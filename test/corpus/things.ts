import { drawn, uidOf } from './names.ts';
import { ago, DAY } from './time.ts';
import type { Whole, World } from './world.ts';

interface Placed {
  namespace?: string;
  age?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

/** Any object that is neither a workload nor a pod; `rest` is all beside its metadata. */
export function thing(
  world: World,
  apiVersion: string,
  kind: string,
  name: string,
  rest: object = {},
  { namespace = world.namespace, age = 40 * DAY, labels, annotations }: Placed = {},
): Whole {
  return world.add({
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace ? { namespace } : {}),
      uid: uidOf(`${kind}/${namespace}/${name}`),
      resourceVersion: '48213001',
      creationTimestamp: ago(age),
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations } : {}),
    },
    ...rest,
  });
}

/** Lives in no namespace. */
export const clusterThing = (
  world: World,
  apiVersion: string,
  kind: string,
  name: string,
  rest: object,
  placed: Placed = {},
) => thing(world, apiVersion, kind, name, rest, { ...placed, namespace: '' });

interface Port {
  name?: string;
  port: number;
  targetPort?: number | string;
  protocol?: string;
}

export function service(
  world: World,
  name: string,
  selector: Record<string, string> | undefined,
  ports: Port[],
  { type = 'ClusterIP', ...placed }: Placed & { type?: string } = {},
): Whole {
  const seed = drawn(`${placed.namespace ?? world.namespace}/${name}`, 4);
  const clusterIP = `172.20.${seed.charCodeAt(0)}.${seed.charCodeAt(1)}`;
  return thing(
    world,
    'v1',
    'Service',
    name,
    {
      spec: {
        type,
        clusterIP,
        clusterIPs: [clusterIP],
        internalTrafficPolicy: 'Cluster',
        ipFamilies: ['IPv4'],
        sessionAffinity: 'None',
        ...(selector ? { selector } : {}),
        ports: ports.map((port) => ({ protocol: 'TCP', ...port })),
      },
      status: { loadBalancer: {} },
    },
    placed,
  );
}

/** `changed`: minutes since its data was written last. */
export function configMap(
  world: World,
  name: string,
  data: Record<string, string>,
  { changed = 9 * DAY, ...placed }: Placed & { changed?: number } = {},
): Whole {
  const made = thing(world, 'v1', 'ConfigMap', name, { data }, placed);
  made.metadata.managedFields = [{ manager: 'kubectl-client-side-apply', operation: 'Update', time: ago(changed) }];
  return made;
}

/** The values are no secrets of anybody. */
export function secret(world: World, name: string, keys: string[], placed: Placed = {}): Whole {
  const data = Object.fromEntries(keys.map((key) => [key, Buffer.from(`value of ${name} ${key}`).toString('base64')]));
  return thing(world, 'v1', 'Secret', name, { type: 'Opaque', data }, placed);
}

export function claim(
  world: World,
  name: string,
  { phase = 'Bound', className = 'gp3', ...placed }: Placed & { phase?: string; className?: string | null } = {},
): Whole {
  const namespace = placed.namespace ?? world.namespace;
  const volume = `pvc-${uidOf(`PersistentVolumeClaim/${namespace}/${name}`)}`;
  const bound = phase === 'Bound';
  const made = thing(
    world,
    'v1',
    'PersistentVolumeClaim',
    name,
    {
      spec: {
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '20Gi' } },
        ...(className === null ? {} : { storageClassName: className }),
        volumeMode: 'Filesystem',
        ...(bound ? { volumeName: volume } : {}),
      },
      status: bound ? { phase, accessModes: ['ReadWriteOnce'], capacity: { storage: '20Gi' } } : { phase },
    },
    placed,
  );
  if (bound) {
    clusterThing(world, 'v1', 'PersistentVolume', volume, {
      spec: {
        capacity: { storage: '20Gi' },
        accessModes: ['ReadWriteOnce'],
        storageClassName: className,
        persistentVolumeReclaimPolicy: 'Delete',
        claimRef: { kind: 'PersistentVolumeClaim', namespace, name, uid: made.metadata.uid },
        csi: { driver: 'ebs.csi.aws.com', volumeHandle: 'vol-0a1b2c3d4e5f60718' },
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: ['us-east-1a'] }] },
            ],
          },
        },
      },
      status: { phase: 'Bound' },
    });
  }
  return made;
}

export function policy(world: World, name: string, spec: object, placed: Placed = {}): Whole {
  return thing(world, 'networking.k8s.io/v1', 'NetworkPolicy', name, { spec }, { age: 60, ...placed });
}

export function ingress(
  world: World,
  name: string,
  {
    className = 'alb',
    backend,
    port,
    host = 'shop.example.com',
    address = true,
  }: {
    className?: string;
    backend: string;
    port: { name?: string; number?: number };
    host?: string;
    address?: boolean;
  },
): Whole {
  return thing(world, 'networking.k8s.io/v1', 'Ingress', name, {
    spec: {
      ingressClassName: className,
      rules: [
        { host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: backend, port } } }] } },
      ],
    },
    status: {
      loadBalancer: address ? { ingress: [{ hostname: 'k8s-shop-1234567890.us-east-1.elb.amazonaws.com' }] } : {},
    },
  });
}

interface Scaled {
  min?: number;
  max?: number;
  current?: number;
  conditions?: object[];
  target?: string;
}

export function autoscaler(
  world: World,
  name: string,
  { min = 2, max = 10, current = 2, conditions, target = name }: Scaled,
) {
  const at = ago(9 * DAY);
  return thing(world, 'autoscaling/v2', 'HorizontalPodAutoscaler', name, {
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: target },
      minReplicas: min,
      maxReplicas: max,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
      ],
    },
    status: {
      currentReplicas: current,
      desiredReplicas: current,
      currentMetrics: [
        { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 11, averageValue: '11m' } } },
      ],
      conditions: conditions ?? [
        {
          type: 'AbleToScale',
          status: 'True',
          reason: 'ReadyForNewScale',
          message: 'recommended size matches current size',
          lastTransitionTime: at,
        },
        {
          type: 'ScalingActive',
          status: 'True',
          reason: 'ValidMetricFound',
          message:
            'the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)',
          lastTransitionTime: at,
        },
        {
          type: 'ScalingLimited',
          status: 'False',
          reason: 'DesiredWithinRange',
          message: 'the desired count is within the acceptable range',
          lastTransitionTime: at,
        },
      ],
    },
  });
}
