import { readdirSync } from 'node:fs';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { iamTable, type Statement, statementsOf } from './iam-table.ts';
import { synthesized } from './synthesized.ts';

// The CDK takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

let made: Awaited<ReturnType<typeof synthesized>>;
let template: Template;
let statements: Statement[];
let withParameter: Awaited<ReturnType<typeof synthesized>>;

beforeAll(async () => {
  made = await synthesized();
  template = Template.fromStack(made.stack);
  statements = statementsOf(template);
  withParameter = await synthesized({ slackSecret: 'ssm:/otlp-medic/slack' });
});

const actionsOf = (owner: string) =>
  statements.filter((statement) => statement.owner === owner).flatMap(({ actions }) => actions);

describe('the functions', () => {
  it('are all deployed, by being there', () => {
    const names = Object.values(template.findResources('AWS::Lambda::Function')).map(
      ({ Properties }) => Properties.FunctionName,
    );
    expect(names.sort()).toEqual(readdirSync('functions').map((name) => `otlp-medic-${name}`));
  });

  it('run on Node 24 and ARM, from a bundle, with the configuration as a layer', () => {
    template.allResourcesProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: Match.stringLikeRegexp('^[a-z-]+\\.handler$'),
      Layers: [Match.anyValue()],
      Environment: {
        Variables: Match.objectLike({
          MEDIC_BUCKET: Match.anyValue(),
          MEDIC_TOPIC_P0: Match.anyValue(),
          MEDIC_SLACK_SECRET: 'otlp-medic/slack',
        }),
      },
    });
  });

  it('are never repeated by Lambda itself, but for the start of a flow, which happens once however often it is asked for', () => {
    const configs = Object.values(template.findResources('AWS::Lambda::EventInvokeConfig'));
    expect(configs).toHaveLength(made.functions.length);
    const repeated = configs.filter(({ Properties }) => Properties.MaximumRetryAttempts !== 0);
    expect(repeated.map(({ Properties }) => Properties.FunctionName.Ref)).toEqual([
      expect.stringMatching(/^startresponse/),
    ]);
  });

  it('write to log groups that end', () => {
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
  });

  it('carry the words of their input schema, which a person reads in the console', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'otlp-medic-diagnose',
      Description: Match.stringLikeRegexp('^[A-Z].{20,}\\.$'),
    });
  });
});

describe('the rights', () => {
  it('are those of docs/iam.md, statement by statement', async () => {
    const withParameters = statementsOf(Template.fromStack(withParameter.stack));
    await expect(iamTable(statements, withParameters)).toMatchFileSnapshot('../../../docs/iam.md');
  });

  it('name their resource, but for tracing and log delivery, which have none', () => {
    const finds = (actions: readonly string[]) => actions.length === 1 && actions[0] === 'xray:BatchGetTraces';
    const wide = statements.filter(({ actions, resources }) => resources.includes('*') && !finds(actions));
    expect(wide.map(({ owner }) => owner)).toEqual(wide.map(() => 'p0-response'));
    const actions = wide.flatMap((statement) => statement.actions);
    expect(actions.filter((action) => !/^(xray|logs):/.test(action))).toEqual([]);
  });

  it('of the cluster are reading, but for the one function that restarts', () => {
    const groups = Object.values(template.findResources('AWS::EKS::AccessEntry')).map(({ Properties }) => ({
      group: Properties.KubernetesGroups,
      user: Properties.Username,
    }));
    const actors = groups.filter(({ group }) => group.includes('otlp-medic:actors'));
    expect(new Set(actors.map(({ user }) => user))).toEqual(new Set(['otlp-medic:restart-rollout']));
    expect(groups.flatMap(({ group }) => group).filter((group) => group.startsWith('system:'))).toEqual([]);
  });

  it('find the cluster only for functions that have a group in it', () => {
    for (const { name, needs } of made.functions)
      expect(actionsOf(name).includes('eks:DescribeCluster'), name).toBe(needs.kubernetes !== undefined);
  });

  it('send notices and read the webhook only for notify', () => {
    const reads = (of: RegExp) => (statement: (typeof statements)[number]) =>
      statement.actions.some((action) => action.startsWith('sns:')) ||
      statement.resources.some((each) => of.test(each));
    const senders = statements.filter(reads(/secret otlp-medic\/slack/));
    expect(new Set(senders.map(({ owner }) => owner))).toEqual(new Set(['notify']));
  });

  it('read the headers of the targets only for what probes, each secret once', () => {
    const readers = statements.filter(({ resources }) => resources.some((each) => each.includes('otlp-medic/headers')));
    expect(readers.map(({ owner }) => owner)).toEqual([
      'check-health',
      'diagnose-network',
      'diagnose-performance',
      'probe-otlp',
      'verify-recovery',
    ]);
  });

  it('find canaries again at backends of AWS only for what probes', () => {
    const probing = made.functions.filter(({ needs }) => needs.probes).map(({ name }) => name);
    for (const action of ['xray:BatchGetTraces', 'aps:QueryMetrics']) {
      const owners = statements.filter(({ actions }) => actions.includes(action)).map(({ owner }) => owner);
      expect(owners, action).toEqual(probing);
    }
  });

  it('read a webhook in a parameter by that name, under whichever key it is encrypted', () => {
    const parameter = {
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ssm:eu-west-1:111122223333:parameter/otlp-medic/slack']],
    };
    const key = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':kms:eu-west-1:111122223333:key/*']] };
    const other = Template.fromStack(withParameter.stack);
    other.hasResourceProperties('AWS::IAM::Role', {
      Policies: [
        {
          PolicyDocument: {
            Statement: Match.arrayWith([
              Match.objectLike({ Action: 'ssm:GetParameter', Resource: parameter }),
              Match.objectLike({
                Action: 'kms:Decrypt',
                Resource: key,
                Condition: { StringEquals: { 'kms:EncryptionContext:PARAMETER_ARN': parameter } },
              }),
            ]),
          },
        },
      ],
    });
    const readers = statementsOf(other).filter(({ actions }) => actions.some((action) => /^(ssm|kms):/.test(action)));
    expect(readers.map(({ owner }) => owner)).toEqual(['notify', 'notify']);
    expect(JSON.stringify(other.toJSON())).not.toContain('secret:otlp-medic/slack');
  });

  it('are refused for a parameter that is named with a wildcard', async () => {
    await expect(synthesized({ slackSecret: 'ssm:/otlp-medic/*' })).rejects.toThrow(/names no parameter/);
  });

  it('of the flow are to invoke the functions that it names', () => {
    const invoked = statements.filter(({ actions }) => actions.includes('lambda:InvokeFunction'));
    const resourcesOf = (role: string) =>
      invoked.filter(({ owner }) => owner === role).flatMap((statement) => statement.resources);
    expect(new Set(invoked.map(({ owner }) => owner))).toEqual(new Set(['p0-response', 'schedules']));
    expect(resourcesOf('schedules')).toEqual(['function check-health', 'function probe-otlp']);
    expect(resourcesOf('p0-response')).toContain('function restart-rollout');
    expect(resourcesOf('p0-response')).not.toContain('function check-health');
    expect(resourcesOf('p0-response')).not.toContain('function start-response');
  });

  it('let one function alone start the flow', () => {
    const starters = statements.filter(({ actions }) => actions.includes('states:StartExecution'));
    expect(starters).toMatchObject([{ owner: 'start-response', resources: ['flow p0-response'] }]);
  });
});

describe('the flow', () => {
  it('has a function for each placeholder of its definition', () => {
    const [machine] = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
    const definition = JSON.stringify(machine?.Properties.DefinitionString ?? machine?.Properties.Definition ?? '');
    const substitutions = Object.keys(machine?.Properties.DefinitionSubstitutions ?? {});
    expect(substitutions).toContain('restartRollout');
    expect(new Set(definition.match(/(?<=\$\{)\w+(?=\})/g) ?? substitutions)).toEqual(new Set(substitutions));
  });

  it('is logged without the data of its states, and traced', () => {
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
      StateMachineType: 'STANDARD',
      LoggingConfiguration: { IncludeExecutionData: false, Level: 'ALL' },
      TracingConfiguration: { Enabled: true },
    });
  });
});

describe('the bucket', () => {
  it('is versioned, encrypted, private, and stays when the stack goes', () => {
    template.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      Properties: {
        VersioningConfiguration: { Status: 'Enabled' },
        BucketEncryption: Match.anyValue(),
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      },
    });
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
  });
});

it.each([
  ['a secret', () => made],
  ['a parameter', () => withParameter],
])('has no finding of cdk-nag AwsSolutions that is not acknowledged with a reason, with %s', (_, of) => {
  const violations = new AwsSolutionsChecks().validateScope(of().stack).violations;
  expect(
    violations.map(({ ruleName, violatingResources }) => [
      ruleName,
      violatingResources.map(({ resourceLogicalId }) => resourceLogicalId),
    ]),
  ).toEqual([]);
});
