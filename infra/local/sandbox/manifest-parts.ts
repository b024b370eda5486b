import type { PodSpec, Service, Workload } from '#shared/domain/kubernetes.ts';

/** What the API server fills in. */
export const POD_DEFAULTS = {
  restartPolicy: 'Always',
  terminationGracePeriodSeconds: 30,
  dnsPolicy: 'ClusterFirst',
  securityContext: {},
  schedulerName: 'default-scheduler',
};
export const CONTAINER_DEFAULTS = {
  imagePullPolicy: 'IfNotPresent',
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
};
export const PROBE_DEFAULTS = { timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3 };
export const httpGet = (path: string, port: string) => ({ httpGet: { path, port, scheme: 'HTTP' } });
export const port = (name: string, containerPort: number) => ({ name, containerPort, protocol: 'TCP' });

export interface Identity {
  namespace: string;
  name: string;
  /** what it selects by */
  labels: Record<string, string>;
}

export function deployment(identity: Identity, replicas: number, podSpec: object): Workload {
  const { namespace, name, labels } = identity;
  const spec = {
    replicas,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { ...podSpec, ...POD_DEFAULTS } as unknown as PodSpec },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 300,
  };
  return { metadata: { namespace, name, labels }, spec } as Workload;
}

export function service({ namespace, name, labels }: Identity, clusterIP: string, ports: object[]): Service {
  const spec = {
    type: 'ClusterIP',
    clusterIP,
    clusterIPs: [clusterIP],
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
    internalTrafficPolicy: 'Cluster',
    sessionAffinity: 'None',
    selector: labels,
    ports,
  };
  return { metadata: { namespace, name, labels }, spec, status: { loadBalancer: {} } } as Service;
}
