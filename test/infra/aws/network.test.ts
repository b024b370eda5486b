import { Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { beforeAll, expect, it, vi } from 'vitest';
import { config } from '#shared/domain/config.ts';
import { synthesized } from './synthesized.ts';

// The CDK takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

const vpc = {
  subnets: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
  securityGroups: ['sg-0123456789abcdef0'],
};
const inside = [{ endpoint: 'http://collector.internal:4318', vantage: 'vpc' }];
let made: Awaited<ReturnType<typeof synthesized>>;
let template: Template;
beforeAll(async () => {
  made = await synthesized({ vpc, otlp: inside });
  template = Template.fromStack(made.stack);
});

it('puts the functions that probe into the subnets of the configuration, and no other', () => {
  const functions = Object.values(template.findResources('AWS::Lambda::Function'));
  const placed = functions.filter(({ Properties }) => Properties.VpcConfig);
  const probing = made.functions.filter(({ needs }) => needs.probes).map(({ name }) => `otlp-medic-${name}`);
  expect(placed.map(({ Properties }) => Properties.FunctionName)).toEqual(probing);
  expect(probing).toContain('otlp-medic-probe-otlp');
  for (const { Properties } of placed) {
    expect(Properties.VpcConfig).toEqual({ SubnetIds: vpc.subnets, SecurityGroupIds: vpc.securityGroups });
    expect(Properties.Environment.Variables.MEDIC_IN_VPC).toBe('yes');
  }
});

it('lets Lambda make their network interfaces, and not their own code', () => {
  const actions = Match.arrayWith(['ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface']);
  template.hasResourceProperties('AWS::IAM::Role', {
    Policies: [
      {
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({ Effect: 'Allow', Action: actions }),
            Match.objectLike({
              Effect: 'Deny',
              Action: actions,
              Condition: { ArnEquals: { 'lambda:SourceFunctionArn': Match.anyValue() } },
            }),
          ]),
        },
      },
    ],
  });
  expect(JSON.stringify(template.toJSON())).toContain('function:otlp-medic-probe-otlp');
  expect(new AwsSolutionsChecks().validateScope(made.stack).violations.map(({ ruleName }) => ruleName)).toEqual([]);
});

it('gives nobody the right to network interfaces without subnets', async () => {
  const { stack } = await synthesized();
  expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toMatch(/NetworkInterface|VpcConfig/);
});

it('refuses an endpoint inside a VPC without subnets, and ids that are none', async () => {
  await expect(synthesized({ otlp: inside })).rejects.toThrow(
    /target "shop" has an endpoint with vantage 'vpc', and vpc is missing/,
  );
  for (const wrong of [
    { ...vpc, subnets: ['vpc-0123456789abcdef0'] },
    { ...vpc, securityGroups: [] },
  ])
    expect(config.safeParse({ vpc: wrong }).success).toBe(false);
});
