import { type CfnElement, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { DeployedFunction } from '../functions.ts';
import { type Grantable, readablePrefixes, statementsFor } from './permissions.ts';

export interface MedicFunctionProps {
  of: DeployedFunction;
  /** folder of the bundle */
  bundle: string;
  layer: lambda.ILayerVersion;
  environment: Record<string, string>;
  grantable: Grantable;
}

/** One function folder as a Lambda, with a role of its own that holds what the folder says it needs. */
export class MedicFunction extends Construct {
  readonly function: lambda.Function;
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, { of, bundle, layer, environment, grantable }: MedicFunctionProps) {
    super(scope, id);
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
      environment: { ...environment, NODE_OPTIONS: '--enable-source-maps' },
      // The flows repeat a step themselves; a repeat on top would act twice.
      retryAttempts: 0,
    });
    const bucketId = Stack.of(this).getLogicalId(grantable.bucket.node.defaultChild as CfnElement);
    for (const prefix of readablePrefixes(of.needs.store))
      Validations.of(this).acknowledge({
        id: `AwsSolutions-IAM5[Resource::<${bucketId}.Arn>/${prefix}*]`,
        reason: `functions/${of.name}/needs.ts: the objects of one kind, whose names hold times and ids.`,
      });
  }
}
