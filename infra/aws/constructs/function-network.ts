import { Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { MedicConfig } from '#shared/domain/config.ts';

/** What Lambda does for a function that has subnets: it has no rights of its own for it. */
const ACTIONS = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/** Lambda may make the function's network interfaces with its role; the function's own code may not. */
export function networkStatements(scope: Construct, functionName: string): iam.PolicyStatement[] {
  Validations.of(scope).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason:
      'Network interfaces have no name before they are made; the code of the function is denied the same actions.',
  });
  const own = Stack.of(scope).formatArn({ service: 'lambda', resource: `function:${functionName}` });
  return [
    new iam.PolicyStatement({ sid: 'LambdaMakesInterfaces', actions: ACTIONS, resources: ['*'] }),
    new iam.PolicyStatement({
      sid: 'CodeDoesNot',
      effect: iam.Effect.DENY,
      actions: ACTIONS,
      resources: ['*'],
      conditions: { ArnEquals: { 'lambda:SourceFunctionArn': own } },
    }),
  ];
}

/** L1: the L2 property wants the whole VPC and its zones, where the ids of what is there already are enough. */
export function placeIn({ subnets, securityGroups }: NonNullable<MedicConfig['vpc']>, of: lambda.Function): void {
  const resource = of.node.defaultChild;
  if (!(resource instanceof lambda.CfnFunction)) throw new Error('a function without its resource');
  resource.vpcConfig = { subnetIds: subnets, securityGroupIds: securityGroups };
}
