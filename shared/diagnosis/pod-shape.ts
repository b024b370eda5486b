import { either, flag, list, number, object, text, texts } from './shape.ts';

const metadata = object(
  {
    name: text,
    namespace: text,
    uid: text,
    resourceVersion: text,
    generation: number,
    creationTimestamp: text,
    deletionTimestamp: text,
    deletionGracePeriodSeconds: number,
    finalizers: list(text),
    labels: texts,
    annotations: texts,
    ownerReferences: list(object({ kind: text, name: text, uid: text, controller: flag }, 'kind', 'name')),
    managedFields: list(object({ manager: text, operation: text, time: text, subresource: text })),
  },
  'name',
);

/** What every object has. */
export const base = { apiVersion: text, kind: text, metadata };

export const conditions = list(
  object(
    { type: text, status: text, reason: text, message: text, lastTransitionTime: text, lastUpdateTime: text },
    'type',
    'status',
  ),
);

const keyRef = object({ name: text, key: text, optional: flag }, 'key');
const sourceRef = object({ name: text, optional: flag });
const items = list(object({ key: text, path: text }, 'key', 'path'));
const configMapSource = object({ name: text, items, optional: flag });

const probe = object({
  httpGet: object({ path: text, port: either, scheme: text }, 'port'),
  tcpSocket: object({ port: either }, 'port'),
  grpc: object({ port: number }, 'port'),
  exec: object({ command: list(text) }),
  initialDelaySeconds: number,
  timeoutSeconds: number,
  periodSeconds: number,
  failureThreshold: number,
});

const container = object(
  {
    name: text,
    image: text,
    imagePullPolicy: text,
    command: list(text),
    args: list(text),
    env: list(
      object(
        {
          name: text,
          value: text,
          valueFrom: object({
            configMapKeyRef: keyRef,
            secretKeyRef: keyRef,
            fieldRef: object({ fieldPath: text }, 'fieldPath'),
          }),
        },
        'name',
      ),
    ),
    envFrom: list(object({ prefix: text, configMapRef: sourceRef, secretRef: sourceRef })),
    ports: list(object({ name: text, containerPort: number, protocol: text, hostPort: number }, 'containerPort')),
    resources: object({ requests: texts, limits: texts }),
    volumeMounts: list(object({ name: text, mountPath: text, subPath: text, readOnly: flag }, 'name', 'mountPath')),
    livenessProbe: probe,
    readinessProbe: probe,
    startupProbe: probe,
    restartPolicy: text,
    securityContext: object({ readOnlyRootFilesystem: flag, runAsUser: number }),
  },
  'name',
);

const volume = object(
  {
    name: text,
    configMap: configMapSource,
    secret: object({ secretName: text, items, optional: flag }),
    projected: object({ sources: list(object({ configMap: configMapSource, secret: configMapSource })) }),
    persistentVolumeClaim: object({ claimName: text }, 'claimName'),
    ephemeral: object({ volumeClaimTemplate: object({}) }),
    emptyDir: object({ sizeLimit: text, medium: text }),
  },
  'name',
);

export const podSpec = object({
  containers: list(container),
  initContainers: list(container),
  volumes: list(volume),
  nodeName: text,
  nodeSelector: texts,
  hostNetwork: flag,
  restartPolicy: text,
  serviceAccountName: text,
  imagePullSecrets: list(object({ name: text })),
  readinessGates: list(object({ conditionType: text }, 'conditionType')),
  securityContext: object({ fsGroup: number, runAsUser: number }),
  terminationGracePeriodSeconds: number,
  dnsPolicy: text,
  dnsConfig: object({ nameservers: list(text) }),
});

const terminated = object(
  { exitCode: number, signal: number, reason: text, message: text, startedAt: text, finishedAt: text },
  'exitCode',
);
const state = object({
  waiting: object({ reason: text, message: text }),
  running: object({ startedAt: text }),
  terminated,
});
const statuses = list(
  object(
    {
      name: text,
      image: text,
      imageID: text,
      ready: flag,
      started: flag,
      restartCount: number,
      state,
      lastState: state,
    },
    'name',
  ),
);

export const pod = object(
  {
    ...base,
    spec: podSpec,
    status: object({
      phase: text,
      reason: text,
      message: text,
      startTime: text,
      podIP: text,
      conditions,
      containerStatuses: statuses,
      initContainerStatuses: statuses,
    }),
  },
  'metadata',
);
