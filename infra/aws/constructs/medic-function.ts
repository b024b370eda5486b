import { type CfnElement, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { MedicConfig } from '#shared/domain/config.ts';
import type { Needs } from '#shared/domain/needs.ts';
import type { DeployedFunction } from '../functions.ts';
import { networkStatements, placeIn } from './function-network.ts';
import { type Grantable, isAsync, readablePrefixes, statementsFor } from './permissions.ts';
import { anyKeyInWords } from './read-secret.ts';

export interface MedicFunctionProps {
  of: DeployedFunction;
  /** folder of the bundle */
  bundle: string;
  layer: lambda.ILayerVersion;
  environment: Record<string, string>;
  grantable: Grantable;
  deadLetters: sqs.IQueue;
  /** the network of functions that probe */
  vpc?: MedicConfig['vpc'];
}

/** One function folder as a Lambda, with a role of its own that holds what the folder says it needs. */
export class MedicFunction extends Construct {
  readonly function: lambda.Function;
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: MedicFunctionProps) {
    super(scope, id);
    const { of, bundle, layer, environment, grantable, deadLetters } = props;
    const vpc = of.needs.probes ? props.vpc : undefined;
    const functionName = `${Stack.of(this).stackName}-${of.name}`;
    const logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: logs.RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: of.description,
      inlinePolicies: {
        // Not AWSLambdaBasicExecutionRole: that may write to every log group of the account.
        Needs: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              sid: 'WriteLogs',
              actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              resources: [`${logGroup.logGroupArn}`],
            }),
            ...statementsFor(of.needs, grantable),
            ...(vpc ? networkStatements(this, functionName) : []),
          ],
        }),
      },
    });
    this.function = new lambda.Function(this, 'Function', {
      functionName,
      description: of.description,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      code: lambda.Code.fromAsset(bundle),
      handler: `${of.name}.handler`,
      role: this.role.withoutPolicyUpdates(),
      layers: [layer],
      logGroup,
      timeout: Duration.seconds(of.needs.timeoutSeconds),
      memorySize: of.needs.memoryMb,
      environment: {
        ...environment,
        ...flowsOf(of.needs, grantable),
        ...(vpc ? { MEDIC_IN_VPC: 'yes' } : {}),
        NODE_OPTIONS: '--enable-source-maps',
      },
      // A flow repeats its steps itself, and the next tick repeats a scheduled look. An alarm comes once: starting a flow
      // is the same however often it is asked for, so there Lambda may try again.
      retryAttempts: of.needs.alarms ? 2 : 0,
      ...(of.needs.schedule ? { maxEventAge: Duration.minutes(2) } : {}),
      ...(isAsync(of.needs) ? { deadLetterQueue: deadLetters } : {}),
    });
    if (vpc) placeIn(vpc, this.function);
    const bucketId = Stack.of(this).getLogicalId(grantable.bucket.node.defaultChild as CfnElement);
    for (const prefix of readablePrefixes(of.needs.store))
      Validations.of(this).acknowledge({
        id: `AwsSolutions-IAM5[Resource::<${bucketId}.Arn>/${prefix}*]`,
        reason: `functions/${of.name}/needs.ts: the objects of one kind, whose names hold times and ids.`,
      });
    const reads = [...(of.needs.notices ? grantable.webhook : []), ...(of.needs.probes ? grantable.probeReads : [])];
    if (reads.some(({ actions }) => actions?.includes('kms:Decrypt')))
      Validations.of(this).acknowledge({
        id: `AwsSolutions-IAM5[Resource::${anyKeyInWords(this)}]`,
        reason: 'The key is chosen by whoever stores the parameter; a condition allows that parameter alone.',
      });
    if (reads.some(({ actions }) => actions?.includes('xray:BatchGetTraces')))
      Validations.of(this).acknowledge({
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'X-Ray knows no resources in its permissions: reading a trace by its id is allowed or not.',
      });
  }
}

const flowsOf = ({ starts = [] }: Needs, { flowArns }: Grantable): Record<string, string> =>
  Object.fromEntries(
    starts.map((flow) => [`MEDIC_FLOW_${flow.toUpperCase().replaceAll('-', '_')}`, flowArns[flow] ?? '']),
  );
