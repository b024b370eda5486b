import type { KubeNode, Service, Workload } from '#shared/domain/kubernetes.ts';
import type { ApiService } from '#shared/domain/surroundings.ts';
import { CONTAINER_DEFAULTS, deployment, PROBE_DEFAULTS, port, service } from './manifest-parts.ts';
import { COREDNS_IMAGE } from './programs/registry.ts';

const DNS_LABELS = { 'k8s-app': 'kube-dns' };

export const coreDnsDeployment = (): Workload =>
  deployment({ namespace: 'kube-system', name: 'coredns', labels: DNS_LABELS }, 2, {
    containers: [
      {
        name: 'coredns',
        image: COREDNS_IMAGE,
        args: ['-conf', '/etc/coredns/Corefile'],
        ports: [{ name: 'dns', containerPort: 53, protocol: 'UDP' }, port('dns-tcp', 53), port('metrics', 9153)],
        resources: { limits: { memory: '170Mi' }, requests: { cpu: '100m', memory: '70Mi' } },
        livenessProbe: { httpGet: { path: '/health', port: 8080 }, ...PROBE_DEFAULTS, periodSeconds: 10 },
        readinessProbe: { httpGet: { path: '/ready', port: 8181 }, ...PROBE_DEFAULTS, periodSeconds: 10 },
        ...CONTAINER_DEFAULTS,
      },
    ],
  });

export const dnsService = (): Service =>
  service({ namespace: 'kube-system', name: 'kube-dns', labels: DNS_LABELS }, '172.20.0.10', [
    { name: 'dns', protocol: 'UDP', port: 53, targetPort: 53 },
    { name: 'dns-tcp', protocol: 'TCP', port: 53, targetPort: 53 },
    { name: 'metrics', protocol: 'TCP', port: 9153, targetPort: 9153 },
  ]);

/** What makes the API server ask metrics-server. */
export const metricsApi = (now: string): ApiService =>
  ({
    metadata: { name: 'v1beta1.metrics.k8s.io' },
    spec: {
      group: 'metrics.k8s.io',
      version: 'v1beta1',
      groupPriorityMinimum: 100,
      versionPriority: 100,
      insecureSkipTLSVerify: true,
      service: { namespace: 'kube-system', name: 'metrics-server', port: 443 },
    },
    status: {
      conditions: [
        {
          type: 'Available',
          status: 'True',
          reason: 'Passed',
          message: 'all checks passed',
          lastTransitionTime: now,
        },
      ],
    },
  }) as ApiService;

/** A worker of an EKS node group. */
export function node(index: number, now: string): KubeNode {
  const zone = `us-east-1${'abc'[index - 1] ?? 'a'}`;
  const name = `ip-10-0-${index}-${20 + index}.ec2.internal`;
  const condition = (type: string, status: string, reason: string, message: string) => ({
    type,
    status,
    lastHeartbeatTime: now,
    lastTransitionTime: now,
    reason,
    message,
  });
  return {
    metadata: {
      name,
      labels: {
        'eks.amazonaws.com/capacityType': 'ON_DEMAND',
        'eks.amazonaws.com/nodegroup': 'general',
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'node.kubernetes.io/instance-type': 'm6i.xlarge',
        'topology.kubernetes.io/region': 'us-east-1',
        'topology.kubernetes.io/zone': zone,
      },
    },
    spec: { providerID: `aws:///${zone}/i-0000000000000000${index}` },
    status: {
      addresses: [
        { type: 'InternalIP', address: `10.0.${index}.${20 + index}` },
        { type: 'Hostname', address: name },
      ],
      capacity: { cpu: '4', memory: '16Gi', pods: '58' },
      allocatable: { cpu: '3920m', memory: '15076Mi', pods: '58' },
      conditions: [
        condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
        condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
        condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
        condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
      ],
      nodeInfo: {
        architecture: 'amd64',
        containerRuntimeVersion: 'containerd://2.1.5',
        kernelVersion: '6.12.40-64.114.amzn2023.x86_64',
        kubeletVersion: 'v1.36.2',
        operatingSystem: 'linux',
        osImage: 'Amazon Linux 2023',
      },
    },
  } as KubeNode;
}
