import type { KubeObject } from './kubernetes.ts';

/** The cluster DNS as it stands in every usual cluster: CoreDNS has taken over the names of kube-dns. */
export const CLUSTER_DNS = {
  namespace: 'kube-system',
  service: 'kube-dns',
  labels: { 'k8s-app': 'kube-dns' },
  labelSelector: 'k8s-app=kube-dns',
} as const;

/** A server of it, by the labels of a pod or of a pod template. */
export const isDnsServer = ({ namespace, labels }: Pick<KubeObject['metadata'], 'namespace' | 'labels'>): boolean =>
  namespace === CLUSTER_DNS.namespace && labels?.['k8s-app'] === CLUSTER_DNS.labels['k8s-app'];
