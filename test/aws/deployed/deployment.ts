import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CreateAccessEntryCommand, CreateClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { deployedFunctions } from '#infra/aws/functions.ts';
import { rbacManifest } from '#infra/local/rbac.ts';
import { target } from '#shared/domain/target.ts';
import { type HttpServer, serve } from '#test/support/http-server.ts';
import { portOf } from '../../../scripts/control-plane/components.ts';
import { ControlPlane } from '../../../scripts/control-plane/control-plane.ts';
import { startStandIn } from '../stand-in.ts';
import { type Cdk, cdk } from './cdk.ts';
import { tokenReviewer, webhookConfig } from './token-review.ts';

export const REGION = 'eu-west-1';
export const CLUSTER = 'production';
/** name of the alarm that the target names */
export const ALARM = 'shop-availability';
/** Types that the stand-in's CloudFormation lacks; the unit tests look at them in the template. */
const LACKING = ['AWS::EKS::AccessEntry', 'AWS::EventSchemas::Schema', 'AWS::EventSchemas::Registry'];

export interface Deployment extends AsyncDisposable {
  cdk: Cdk;
  plane: ControlPlane;
  /** posts of the Slack webhook */
  slack: HttpServer;
  /** why tokens were refused */
  refusals: string[];
  aws: ReturnType<typeof clients>;
  /** for adapters of this process */
  environment: Record<string, string>;
  caFile: string;
  outputs(): Record<string, string>;
}

function clients(endpoint: string) {
  const credentials = { accessKeyId: '111122223333', secretAccessKey: 'stand-in' };
  const options = { endpoint, region: REGION, credentials };
  return {
    cloudwatch: new CloudWatchClient(options),
    eks: new EKSClient(options),
    events: new EventBridgeClient(options),
    lambda: new LambdaClient(options),
    s3: new S3Client({ ...options, forcePathStyle: true }),
    secrets: new SecretsManagerClient(options),
    sfn: new SFNClient(options),
    sns: new SNSClient(options),
  };
}

const shop = (caFile: string) => ({
  name: 'shop',
  cluster: { eks: CLUSTER, region: REGION, caFile },
  namespace: 'shop',
  alarms: [ALARM],
  policy: { response: 'auto', settleSeconds: 2, recoveryLimitSeconds: 90, cooldownMinutes: 0 },
});

/**
 * The real stack on the stand-in, with its roles enforced, and a real control plane that takes the functions' presigned
 * tokens: by an access entry for each role and the RBAC that `medic rbac` prints.
 */
export async function deploy(): Promise<Deployment> {
  const folder = mkdtempSync(join(tmpdir(), 'medic-deployed-'));
  const file = (name: string) => join(folder, name);
  await using undo = new AsyncDisposableStack();
  undo.defer(() => rmSync(folder, { recursive: true, force: true }));

  /** by access key; see sessionOf */
  const secrets = new Map([['111122223333', 'stand-in']]);
  let aws: { url: string; ca: string; eks: EKSClient } | undefined;
  const reviewer = undo.use(
    await tokenReviewer({
      cluster: CLUSTER,
      secretOf: async (key) => secrets.get(key),
      aws: () => {
        if (!aws) throw new Error('AWS is not there yet');
        return aws;
      },
    }),
  );
  const slack = undo.use(await serve((_, response) => void response.end('ok')));
  writeFileSync(file('webhook.json'), webhookConfig(reviewer.url));
  const plane = undo.use(
    await ControlPlane.start({
      apiserverArgs: [
        `--authentication-token-webhook-config-file=${file('webhook.json')}`,
        '--authentication-token-webhook-version=v1',
      ],
    }),
  );

  const pki = (name: string) => join(plane.bed.dir, 'pki', name);
  const ca = readFileSync(pki('ca.crt'), 'utf8');
  // The bucket's policy refuses plain HTTP, here too.
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), ca]);
  const standIn = await startStandIn({
    AUTH: 'true',
    USE_SSL: '1',
    MINISTACK_SSL_CERT: pki('server.crt'),
    MINISTACK_SSL_KEY: pki('server.key'),
    NODE_EXTRA_CA_CERTS: pki('ca.crt'),
    AWS_ACCESS_KEY_ID: '111122223333',
    AWS_SECRET_ACCESS_KEY: 'stand-in',
    // Sessions of the functions' roles have no other account.
    MINISTACK_ACCOUNT_ID: '111122223333',
    EKS_BASE_PORT: String(portOf(plane.bed, 'kube-apiserver')),
  });
  undo.defer(() => standIn.stop());
  const of = clients(standIn.url);
  aws = { url: standIn.url, ca, eks: of.eks };

  await of.secrets.send(new CreateSecretCommand({ Name: 'otlp-medic/slack', SecretString: slack.url }));
  const written = {
    targets: [shop(pki('ca.crt'))],
    notify: { slack: {} },
    schedules: { 'check-health': 'rate(1 minute)' },
  };
  writeFileSync(file('medic.config.ts'), `export default ${JSON.stringify(written)};`);
  const app = cdk(folder, {
    environment: { ...standIn.environment, AWS_CA_BUNDLE: pki('ca.crt'), NODE_EXTRA_CA_CERTS: pki('ca.crt') },
    context: { config: file('medic.config.ts'), slackSecret: 'otlp-medic/slack', leaveOut: LACKING.join(',') },
  });
  await app.bootstrap();
  await of.eks.send(
    new CreateClusterCommand({
      name: CLUSTER,
      // It must exist, and here nobody takes it on.
      roleArn: `arn:aws:iam::111122223333:role/cdk-hnb659fds-cfn-exec-role-111122223333-${REGION}`,
      resourcesVpcConfig: { subnetIds: ['subnet-1', 'subnet-2'] },
    }),
  );
  let said = await app.deploy();

  for (const { name, needs } of await deployedFunctions()) {
    if (!needs.kubernetes) continue;
    const { Role = '', FunctionArn = '' } = await of.lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: `otlp-medic-${name}` }),
    );
    secrets.set(...sessionOf(FunctionArn, Role));
    await of.eks.send(
      new CreateAccessEntryCommand({
        clusterName: CLUSTER,
        principalArn: Role,
        username: `otlp-medic:${name}`,
        kubernetesGroups: [needs.kubernetes],
      }),
    );
  }

  const disposing = undo.move();
  return {
    cdk: {
      ...app,
      async deploy() {
        said = await app.deploy();
        return said;
      },
    },
    plane,
    slack,
    refusals: reviewer.refusals,
    aws: of,
    environment: standIn.environment,
    caFile: pki('ca.crt'),
    outputs: () =>
      Object.fromEntries([...said.matchAll(/^otlp-medic\.(\w+) = (\S+)$/gm)].map(([, key, value]) => [key, value])),
    [Symbol.asyncDispose]: () => disposing.disposeAsync(),
  };
}

/** Key and secret that the stand-in makes for a function, so that a signature can be checked: nothing tells them. */
function sessionOf(functionArn: string, role: string): [key: string, secret: string] {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const digest = sha256(`${functionArn}:${role}`);
  return [`ASIA${digest.slice(0, 16).toUpperCase()}`, sha256(`secret:${digest}`)];
}

/** The RBAC as a person applies it: what `medic rbac --target shop` prints. */
export const shopRbac = (): string => rbacManifest(target.parse(shop('ca.crt')));
