import type { Condition, KubeObject, LabelSelector, PodTemplate } from './kubernetes.ts';

/** What stands around workloads: policies, ingress, scaling, storage, admission; as far as rules read it. */

export interface PolicyPort {
  protocol?: string;
  port?: number | string;
  endPort?: number;
}

export interface PolicyPeer {
  podSelector?: LabelSelector;
  namespaceSelector?: LabelSelector;
  ipBlock?: { cidr: string; except?: string[] };
}

export interface NetworkPolicy extends KubeObject {
  spec: {
    podSelector?: LabelSelector;
    policyTypes?: string[];
    ingress?: { from?: PolicyPeer[]; ports?: PolicyPort[] }[];
    egress?: { to?: PolicyPeer[]; ports?: PolicyPort[] }[];
  };
}

export interface IngressBackend {
  service?: { name: string; port?: { name?: string; number?: number } };
}

export interface Ingress extends KubeObject {
  spec?: {
    ingressClassName?: string;
    defaultBackend?: IngressBackend;
    rules?: { host?: string; http?: { paths?: { path?: string; backend: IngressBackend }[] } }[];
    tls?: { hosts?: string[]; secretName?: string }[];
  };
  status?: { loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] } };
}

export interface IngressClass extends KubeObject {
  spec?: { controller?: string };
}

export interface HorizontalPodAutoscaler extends KubeObject {
  spec: {
    scaleTargetRef: { kind: string; name: string };
    minReplicas?: number;
    maxReplicas: number;
    metrics?: { type: string; resource?: { name: string } }[];
  };
  status?: { currentReplicas?: number; desiredReplicas?: number; conditions?: Condition[] };
}

export interface PodDisruptionBudget extends KubeObject {
  spec?: { selector?: LabelSelector; minAvailable?: number | string; maxUnavailable?: number | string };
  status?: {
    disruptionsAllowed?: number;
    currentHealthy?: number;
    desiredHealthy?: number;
    expectedPods?: number;
    conditions?: Condition[];
  };
}

export interface PersistentVolumeClaim extends KubeObject {
  spec?: {
    storageClassName?: string;
    volumeName?: string;
    accessModes?: string[];
    resources?: { requests?: Record<string, string> };
  };
  status?: { phase?: string; capacity?: Record<string, string>; conditions?: Condition[] };
}

export interface PersistentVolume extends KubeObject {
  spec?: { storageClassName?: string; claimRef?: { namespace?: string; name?: string; uid?: string } };
  status?: { phase?: string; reason?: string; message?: string };
}

export interface StorageClass extends KubeObject {
  provisioner?: string;
  volumeBindingMode?: string;
}

export interface LimitRange extends KubeObject {
  spec?: { limits?: { type: string; max?: Record<string, string>; min?: Record<string, string> }[] };
}

export interface Job extends KubeObject {
  spec?: { backoffLimit?: number; suspend?: boolean; template?: PodTemplate };
  status?: { active?: number; succeeded?: number; failed?: number; startTime?: string; conditions?: Condition[] };
}

export interface CronJob extends KubeObject {
  spec?: { schedule?: string; suspend?: boolean; jobTemplate?: { spec?: { template?: PodTemplate } } };
}

/** Validating or mutating. */
export interface WebhookConfiguration extends KubeObject {
  webhooks?: {
    name: string;
    failurePolicy?: string;
    clientConfig?: { service?: { namespace: string; name: string; port?: number }; url?: string };
    rules?: { apiGroups?: string[]; resources?: string[]; operations?: string[] }[];
    /** CEL: may leave out what the rules name */
    matchConditions?: { name: string; expression?: string }[];
    namespaceSelector?: LabelSelector;
    objectSelector?: LabelSelector;
  }[];
}

export interface ApiService extends KubeObject {
  spec?: { group?: string; version?: string; service?: { namespace?: string; name?: string } };
  status?: { conditions?: Condition[] };
}
