import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type ComponentName =
  | 'etcd'
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'kube-scheduler'
  | 'kwok'
  | 'metrics-server';

/** Their ports follow one another in this order. */
const ORDER: readonly ComponentName[] = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kwok',
  'metrics-server',
];

/** Where one cluster lives on this machine. */
export interface Bed {
  dir: string;
  /** first of seven ports */
  port: number;
  podCidr: string;
  /** the last address of the pods' block, which no pod gets */
  advertise: string;
  /** more flags for the API server, e.g. a token webhook */
  apiserverArgs: readonly string[];
}

export const portOf = ({ port }: Bed, name: ComponentName | 'etcd-peer') =>
  port + (name === 'etcd-peer' ? ORDER.length : ORDER.indexOf(name));

export function kubeconfigOf(bed: Bed, user: string): string {
  const base64 = (file: string) => readFileSync(join(bed.dir, 'pki', file)).toString('base64');
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'bed',
    clusters: [
      {
        name: 'bed',
        cluster: {
          server: `https://127.0.0.1:${portOf(bed, 'kube-apiserver')}`,
          'certificate-authority-data': base64('ca.crt'),
        },
      },
    ],
    contexts: [{ name: 'bed', context: { cluster: 'bed', user } }],
    users: [
      {
        name: user,
        user: { 'client-certificate-data': base64(`${user}.crt`), 'client-key-data': base64(`${user}.key`) },
      },
    ],
  });
}

/** The command line of a component. */
export function argumentsOf(bed: Bed, name: ComponentName): string[] {
  const pki = (file: string) => join(bed.dir, 'pki', file);
  const port = portOf(bed, name);
  const secure = [
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--tls-cert-file=${pki('server.crt')}`,
    `--tls-private-key-file=${pki('server.key')}`,
  ];
  const kubeconfig = join(bed.dir, `${name}.kubeconfig`);
  const delegated = ['', 'authentication-', 'authorization-'].map((kind) => `--${kind}kubeconfig=${kubeconfig}`);
  switch (name) {
    case 'etcd': {
      const [client, peer] = [port, portOf(bed, 'etcd-peer')].map((each) => `http://127.0.0.1:${each}`);
      return [
        '--name=bed',
        `--data-dir=${join(bed.dir, 'etcd')}`,
        '--log-level=warn',
        '--unsafe-no-fsync',
        `--listen-client-urls=${client}`,
        `--advertise-client-urls=${client}`,
        `--listen-peer-urls=${peer}`,
        `--initial-advertise-peer-urls=${peer}`,
        `--initial-cluster=bed=${peer}`,
      ];
    }
    case 'kube-apiserver':
      return [
        `--etcd-servers=http://127.0.0.1:${portOf(bed, 'etcd')}`,
        ...secure,
        `--client-ca-file=${pki('ca.crt')}`,
        `--advertise-address=${bed.advertise}`,
        '--service-cluster-ip-range=10.100.0.0/16',
        // As EKS has it: whether a namespace may is the matter of Pod Security.
        '--allow-privileged=true',
        '--authorization-mode=Node,RBAC',
        '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
        `--service-account-key-file=${pki('sa.pub')}`,
        `--service-account-signing-key-file=${pki('sa.key')}`,
        `--proxy-client-cert-file=${pki('front-proxy.crt')}`,
        `--proxy-client-key-file=${pki('front-proxy.key')}`,
        `--requestheader-client-ca-file=${pki('front-proxy-ca.crt')}`,
        '--requestheader-allowed-names=front-proxy',
        '--requestheader-username-headers=X-Remote-User',
        '--requestheader-group-headers=X-Remote-Group',
        '--requestheader-extra-headers-prefix=X-Remote-Extra-',
        '--kubelet-preferred-address-types=InternalIP',
        `--audit-policy-file=${join(import.meta.dirname, 'audit-policy.yaml')}`,
        `--audit-log-path=${join(bed.dir, 'audit.log')}`,
        ...bed.apiserverArgs,
      ];
    case 'kube-controller-manager':
      return [
        ...delegated,
        ...secure,
        `--root-ca-file=${pki('ca.crt')}`,
        `--service-account-private-key-file=${pki('sa.key')}`,
        '--use-service-account-credentials',
        '--leader-elect=false',
        '--kube-api-qps=200',
        '--kube-api-burst=400',
      ];
    case 'kube-scheduler':
      return [...delegated, ...secure, '--leader-elect=false', '--kube-api-qps=200', '--kube-api-burst=400'];
    case 'kwok':
      return [
        `--kubeconfig=${kubeconfig}`,
        '--manage-all-nodes',
        '--node-lease-duration-seconds=40',
        '--node-ip=127.0.0.1',
        `--node-port=${port}`,
        `--server-address=127.0.0.1:${port}`,
        `--tls-cert-file=${pki('server.crt')}`,
        `--tls-private-key-file=${pki('server.key')}`,
        `--cidr=${bed.podCidr}`,
        '--enable-crds=Stage,Metric,Logs,ClusterLogs,ResourceUsage,ClusterResourceUsage',
      ];
    case 'metrics-server':
      return [
        ...delegated,
        ...secure,
        '--kubelet-insecure-tls',
        '--kubelet-use-node-status-port',
        '--kubelet-preferred-address-types=InternalIP',
        '--metric-resolution=15s',
      ];
  }
}
