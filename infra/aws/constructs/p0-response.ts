import { join } from 'node:path';
import { ArnFormat, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { CHECKOUT } from '#infra/function-folders.ts';
import { functionsIn } from './state-machine-functions.ts';

const FILE = join(CHECKOUT, 'infra/state-machines/p0-response.asl.json');

const nameIn = ({ stackName }: Stack) => `${stackName}-p0-response`;

/** The P0 flow, from the same file that the local runtime runs. */
export class P0Response extends Construct {
  readonly stateMachine: sfn.StateMachine;

  static arnIn(stack: Stack): string {
    const [service, resource, arnFormat] = ['states', 'stateMachine', ArnFormat.COLON_RESOURCE_NAME] as const;
    return stack.formatArn({ service, resource, arnFormat, resourceName: nameIn(stack) });
  }

  constructor(scope: Construct, id: string, functions: ReadonlyMap<string, lambda.IFunction>) {
    super(scope, id);
    const named = functionsIn(FILE).map(({ placeholder, name }) => {
      const fn = functions.get(name);
      if (!fn) throw new Error(`p0-response.asl.json calls \${${placeholder}}, but functions/${name} is not there`);
      return { placeholder, fn };
    });
    this.stateMachine = new sfn.StateMachine(this, 'StateMachine', {
      stateMachineName: nameIn(Stack.of(this)),
      stateMachineType: sfn.StateMachineType.STANDARD,
      definitionBody: sfn.DefinitionBody.fromFile(FILE),
      definitionSubstitutions: Object.fromEntries(named.map(({ placeholder, fn }) => [placeholder, fn.functionArn])),
      timeout: Duration.hours(1),
      tracingEnabled: true,
      logs: {
        destination: new logs.LogGroup(this, 'Logs', {
          logGroupName: `/aws/vendedlogs/states/${Stack.of(this).stackName}-p0-response`,
          retention: logs.RetentionDays.THREE_MONTHS,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: sfn.LogLevel.ALL,
        // The data of a state may name workloads and reasons; the incident record in the bucket has it.
        includeExecutionData: false,
      },
    });
    this.stateMachine.addToRolePolicy(
      new iam.PolicyStatement({
        sid: 'InvokeSteps',
        actions: ['lambda:InvokeFunction'],
        resources: named.map(({ fn }) => fn.functionArn),
      }),
    );
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'X-Ray and the delivery of logs know no resource.',
    });
  }
}
