import type { Snapshot } from '#shared/domain/snapshot.ts';
import { addLog, crashLoop, podsOf } from '#test/support/faults.ts';
import { ago, healthyNamespace, NAMESPACE } from '#test/support/namespace.ts';
import { type Cases, inPodsOf, type NearMiss, type Positive } from '../case.ts';

const at = inPodsOf('otlp-app', 'app');
const unreadLogs = { why: 'logs may not be read', unread: ['logs'] } as const;

/** Every pod logs it, every minute. */
const says = (line: string, count = 4, app = 'otlp-app'): Snapshot => {
  const snapshot = healthyNamespace();
  const lines = Array.from({ length: count }, (_, index) => `${ago(count - index)} ${line}`);
  for (const pod of podsOf(snapshot, app)) addLog(snapshot, pod, lines.join('\n'));
  return snapshot;
};

const ends = (log: string): Snapshot => {
  const snapshot = healthyNamespace();
  return crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { log });
};

const running = (when: string, line: string, shows: string): Positive => ({
  when,
  at,
  severity: 'P2',
  shows,
  build: () => says(line),
});

const ending = (when: string, log: string, shows: string): Positive => ({
  when,
  at,
  severity: 'P0',
  shows,
  build: () => ends(log),
});

const other = (why: string, line: string, roots?: NearMiss['roots']): NearMiss => ({
  why,
  ...(roots && { roots }),
  build: () => says(line),
});

const USER = `User "system:serviceaccount:${NAMESPACE}:default"`;

/** What the account of the workload may not do. */
export const rights = {
  'rbac-forbidden': {
    positive: [
      running(
        'client-go, in the format of klog',
        `E1120 09:58:01.123456       1 reflector.go:205] "Failed to watch" err="failed to list *v1.ConfigMap: configmaps is forbidden: User \\"system:serviceaccount:${NAMESPACE}:default\\" cannot list resource \\"configmaps\\" in API group \\"\\" in the namespace \\"${NAMESPACE}\\""`,
        'cannot list resource',
      ),
      running(
        'kube-rs',
        `ERROR watcher: ApiError: leases.coordination.k8s.io "shop" is forbidden: ${USER} cannot update resource "leases" in API group "coordination.k8s.io" in the namespace "${NAMESPACE}": Forbidden`,
        'leases',
      ),
      ending(
        'an operator that ends for it',
        `error: deployments.apps is forbidden: ${USER} cannot list resource "deployments" in API group "apps" at the cluster scope`,
        'at the cluster scope',
      ),
      ending(
        'the client of Python',
        `kubernetes.client.exceptions.ApiException: (403)
Reason: Forbidden
HTTP response body: {"kind":"Status","apiVersion":"v1","status":"Failure","message":"pods is forbidden: User \\"system:serviceaccount:${NAMESPACE}:default\\" cannot list resource \\"pods\\" in API group \\"\\" in the namespace \\"${NAMESPACE}\\"","reason":"Forbidden","code":403}`,
        'pods is forbidden',
      ),
    ],
    nearMiss: [
      other('an API of somebody else forbids it', 'ERROR POST https://api.example.com/orders: 403 Forbidden'),
      other(
        'it is told at debug, and does without',
        `DEBUG leases is forbidden: ${USER} cannot get resource "leases" in API group "coordination.k8s.io"`,
        [],
      ),
      {
        why: 'once, while the RoleBinding was made',
        roots: [],
        build: () => says(`ERROR pods is forbidden: ${USER} cannot list resource "pods" in API group ""`, 1),
      },
    ],
    notApplicable: [unreadLogs],
  },
  'aws-credentials-failing': {
    positive: [
      running(
        'the trust policy does not name the account',
        'ERROR s3: operation error S3: PutObject, get identity: get credentials: failed to refresh cached credentials, failed to retrieve credentials, operation error STS: AssumeRoleWithWebIdentity, https response error StatusCode: 403, RequestID: 1c2d, api error AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity',
        'AssumeRoleWithWebIdentity',
      ),
      running(
        'no role at all, and no way to that of the node',
        'ERROR s3: operation error S3: PutObject, get identity: get credentials: failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata, canceled, context deadline exceeded',
        'no EC2 IMDS role found',
      ),
      running(
        'botocore',
        'ERROR botocore.exceptions.NoCredentialsError: Unable to locate credentials',
        'Unable to locate',
      ),
      running(
        'the SDK of JavaScript',
        'ERROR CredentialsProviderError: Could not load credentials from any providers',
        'Could not load credentials',
      ),
      running(
        'the SDK of Java',
        'ERROR software.amazon.awssdk.core.exception.SdkClientException: Unable to load credentials from any of the providers in the chain AwsCredentialsProviderChain(credentialsProviders=[SystemPropertyCredentialsProvider(), EnvironmentVariableCredentialsProvider(), WebIdentityTokenCredentialsProvider(), ContainerCredentialsProvider(), InstanceProfileCredentialsProvider()])',
        'Unable to load credentials',
      ),
      running(
        'the SDK of Rust',
        'ERROR upload: DispatchFailure(DispatchFailure { source: ConnectorError { kind: Other(None), source: CredentialsNotLoaded(CredentialsNotLoaded { source: Some("no providers in chain provided credentials") }) } })',
        'CredentialsNotLoaded',
      ),
      running(
        'the role lacks the right',
        'ERROR s3: operation error S3: PutObject, https response error StatusCode: 403, api error AccessDenied: User: arn:aws:sts::123456789012:assumed-role/shop/1 is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::orders/1" because no identity-based policy allows the s3:PutObject action',
        's3:PutObject',
      ),
      running(
        'the token is too old',
        'ERROR dynamodb: ExpiredTokenException: The security token included in the request is expired',
        'ExpiredTokenException',
      ),
      running(
        'EKS Pod Identity has no association',
        'ERROR s3: get credentials: failed to refresh cached credentials, failed to load credentials, : [b1]: (ResourceNotFoundException): No association found for service account, fault: client',
        'failed to refresh',
      ),
      {
        when: 'a Collector that signs its exports, and will try again',
        at: inPodsOf('otel-collector', 'collector'),
        severity: 'P2',
        shows: 'sts:AssumeRole',
        build: () =>
          says(
            'info\tinternal/retry_sender.go:136\tExporting failed. Will retry the request after interval.\t{"otelcol.component.id": "prometheusremotewrite/amp", "otelcol.component.kind": "exporter", "otelcol.signal": "metrics", "error": "Post \\"https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/ws-1/api/v1/remote_write\\": failed to sign request: AccessDenied: User: arn:aws:sts::123456789012:assumed-role/shop/1 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/ingest", "interval": "8.2s"}',
            4,
            'otel-collector',
          ),
      },
    ],
    nearMiss: [
      other('a database refuses a password', 'ERROR db: pq: password authentication failed for user "orders"'),
      other('its own users give no credentials', 'WARN http: 401 no credentials were given by the caller', []),
      other('a token of its own users is expired', 'WARN auth: JsonWebTokenError: jwt expired', []),
    ],
    notApplicable: [unreadLogs],
  },
} satisfies Cases;
