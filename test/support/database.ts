import type { Pod, PodTemplate, Service, Workload } from '#shared/domain/kubernetes.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { ago, healthyNamespace, NAMESPACE } from './namespace.ts';

const metadata = (name: string) => ({ name, namespace: NAMESPACE, uid: `uid-${name}`, creationTimestamp: ago(90) });

/**
 * The healthy namespace with a database that no variable of the application names, as where its address comes out of a
 * Secret. `waits`: its pod waits for a claim.
 */
export function withDatabase(waits: boolean, clusterIP = '10.100.7.7'): Snapshot {
  const snapshot = healthyNamespace();
  const { objects } = snapshot;
  const labels = { app: 'orders-db' };
  const template: PodTemplate = {
    metadata: { labels },
    spec: {
      containers: [
        {
          name: 'postgres',
          image: 'postgres:17.2',
          ports: [{ containerPort: 5432 }],
          resources: { requests: { cpu: '100m', memory: '1Gi' }, limits: { memory: '2Gi' } },
        },
      ],
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-orders-db-0' } }],
    },
  };
  const database: Workload = {
    kind: 'StatefulSet',
    metadata: metadata('orders-db'),
    spec: { replicas: 1, selector: { matchLabels: labels }, template },
    status: { replicas: 1, readyReplicas: waits ? 0 : 1, availableReplicas: waits ? 0 : 1 },
  };
  const pod: Pod = {
    metadata: {
      ...metadata('orders-db-0'),
      labels,
      ownerReferences: [{ kind: 'StatefulSet', name: 'orders-db', uid: 'uid-orders-db', controller: true }],
    },
    spec: { ...template.spec, ...(waits ? {} : { nodeName: 'node-a' }) },
    status: waits
      ? {
          phase: 'Pending',
          conditions: [
            {
              type: 'PodScheduled',
              status: 'False',
              reason: 'Unschedulable',
              message: '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.',
              lastTransitionTime: ago(80),
            },
          ],
        }
      : {
          phase: 'Running',
          conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: ago(80) }],
          containerStatuses: [{ name: 'postgres', ready: true, state: { running: { startedAt: ago(80) } } }],
        },
  };
  const service: Service = {
    kind: 'Service',
    metadata: metadata('orders-db'),
    spec: { clusterIP, selector: labels, ports: [{ port: 5432 }] },
  };
  objects.statefulsets.push(database);
  objects.pods.push(pod);
  objects.services.push(service);
  objects.endpointslices.push({
    metadata: { ...metadata('orders-db-1'), labels: { 'kubernetes.io/service-name': 'orders-db' } },
    endpoints: waits ? [] : [{ addresses: ['10.0.7.7'], conditions: { ready: true } }],
  });
  objects.persistentvolumeclaims.push({
    metadata: metadata('data-orders-db-0'),
    spec: { storageClassName: 'gp3', accessModes: ['ReadWriteOnce'] },
    status: { phase: waits ? 'Pending' : 'Bound' },
  });
  objects.storageclasses.push({ metadata: { name: 'gp3' }, provisioner: 'ebs.csi.aws.com' });
  objects.events.push({
    metadata: { name: 'data.1', namespace: NAMESPACE, creationTimestamp: ago(80) },
    type: 'Warning',
    reason: 'ProvisioningFailed',
    message: 'failed to provision volume with StorageClass "gp3": rpc error: code = Internal desc = quota',
    lastTimestamp: ago(2),
    involvedObject: { kind: 'PersistentVolumeClaim', namespace: NAMESPACE, name: 'data-orders-db-0' },
  });
  return snapshot;
}
