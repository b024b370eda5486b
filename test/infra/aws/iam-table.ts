import type { Template } from 'aws-cdk-lib/assertions';

export interface Statement {
  /** the function or flow whose role it is */
  owner: string;
  sid: string;
  actions: string[];
  /** ARNs in words: `bucket/incidents/*`, `topic P0`, `function notify` */
  resources: string[];
  /** that must hold, in words */
  condition?: string;
}

type Json = Record<string, unknown>;
interface Written {
  Sid?: string;
  Action: string | string[];
  Resource: unknown;
  Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const listOf = (value: unknown) => (Array.isArray(value) ? value : [value]);

/** What a logical id stands for. */
function wordsFor(id: string, template: Template): string {
  const { Type, Properties } = (template.toJSON().Resources[id] ?? {}) as { Type?: string; Properties?: Json };
  if (Type === 'AWS::S3::Bucket') return 'bucket';
  if (Type === 'AWS::SNS::Topic') return `topic ${String(Properties?.DisplayName).split(' ').at(-1)}`;
  if (Type === 'AWS::Lambda::Function')
    return `function ${String(Properties?.FunctionName).replace('otlp-medic-', '')}`;
  if (Type === 'AWS::Logs::LogGroup') return 'its log group';
  if (Type === 'AWS::SQS::Queue') return 'dead-letter queue';
  return id;
}

function resourceWords(resource: unknown, template: Template): string {
  if (typeof resource === 'string') return resource;
  const { Ref, ...rest } = resource as {
    Ref?: string;
    'Fn::GetAtt'?: [string, string];
    'Fn::Join'?: [string, unknown[]];
  };
  if (Ref) return Ref.startsWith('AWS::') ? Ref : wordsFor(Ref, template);
  if (rest['Fn::GetAtt']) return wordsFor(rest['Fn::GetAtt'][0], template);
  const [separator, parts] = rest['Fn::Join'] ?? ['', [JSON.stringify(resource)]];
  return parts.map((part) => resourceWords(part, template)).join(separator);
}

const short = (arn: string) =>
  arn
    .replace(/^arn:AWS::Partition:eks:[^:]+:\d+:/, '')
    .replace(/^arn:AWS::Partition:states:[^:]+:\d+:stateMachine:otlp-medic-/, 'flow ')
    .replace(/^arn:AWS::Partition:(?:ssm|kms):[^:]+:\d+:/, '')
    .replace(/^arn:AWS::Partition:secretsmanager:[^:]+:\d+:secret:/, 'secret ');

const conditionWords = (condition: NonNullable<Written['Condition']>, template: Template) =>
  Object.entries(condition)
    .flatMap(([test, keys]) => Object.entries(keys).map(([key, value]) => ({ test, key, value })))
    .map(({ test, key, value }) => `${key} ${test} ${short(resourceWords(value, template))}`)
    .join(' and ');

/** Roles that are no function's, by the service that takes them on. */
const SERVICES: Readonly<Record<string, string>> = {
  'states.amazonaws.com': 'p0-response',
  'scheduler.amazonaws.com': 'schedules',
};

/** Every statement of every role, inline or attached, in words that do not change with the hash of a logical id. */
export function statementsOf(template: Template): Statement[] {
  const owners = new Map<string, string>();
  const roles = template.findResources('AWS::IAM::Role');
  const functions = Object.values(template.findResources('AWS::Lambda::Function'));
  for (const [id, { Properties }] of Object.entries(roles)) {
    const owned = functions.find(({ Properties }) => Properties.Role['Fn::GetAtt'][0] === id);
    const service: string = Properties.AssumeRolePolicyDocument.Statement[0].Principal.Service;
    owners.set(
      id,
      owned ? String(owned.Properties.FunctionName).replace('otlp-medic-', '') : (SERVICES[service] ?? service),
    );
  }
  const documents: [role: string, document: { Statement: Written[] }][] = [
    ...Object.entries(roles).flatMap(([id, { Properties }]) =>
      ((Properties.Policies ?? []) as { PolicyDocument: { Statement: Written[] } }[]).map(
        ({ PolicyDocument }): [string, { Statement: Written[] }] => [id, PolicyDocument],
      ),
    ),
    ...Object.values(template.findResources('AWS::IAM::Policy')).map(
      ({ Properties }): [string, { Statement: Written[] }] => [Properties.Roles[0].Ref, Properties.PolicyDocument],
    ),
  ];
  return documents
    .flatMap(([role, { Statement }]) =>
      Statement.map(({ Sid = '', Action, Resource, Condition }) => ({
        owner: owners.get(role) ?? role,
        sid: Sid,
        actions: listOf(Action).map(String),
        resources: listOf(Resource).map((resource) => short(resourceWords(resource, template))),
        ...(Condition && { condition: conditionWords(Condition, template) }),
      })),
    )
    .sort((a, b) => a.owner.localeCompare(b.owner));
}

const row = ({ owner, actions, resources, condition }: Statement) =>
  `| ${owner} | ${actions.join(', ')} | ${resources.join(', ')}${condition ? `, where ${condition}` : ''} |`;
const HEAD = ['| role | may | on |', '|---|---|---|'];

/** docs/iam.md: what each role may do, and nothing that it may not. `withParameter` has its webhook in a parameter. */
export function iamTable(statements: readonly Statement[], withParameter: readonly Statement[]): string {
  const rows = statements.map(row);
  return [
    '# IAM',
    '',
    'What the role of each function and flow may do, all of it, in a stack for two clusters (`shop-cluster`, `billing-cluster`) and a Slack secret.',
    'Written by `npx vitest run --project unit test/infra/aws -u` from the synthesized template; a test compares the two.',
    '',
    '`p0-response` has `*` where AWS knows no resource: X-Ray, and the delivery of its logs.',
    '',
    ...HEAD,
    ...rows,
    '',
    'With the webhook in a parameter (`-c slackSecret=ssm:/otlp-medic/slack`), in place of `secretsmanager:GetSecretValue`:',
    '',
    ...HEAD,
    ...withParameter.map(row).filter((one) => !rows.includes(one)),
    '',
    "`key/*` because whoever stores the parameter chooses its key; the condition lets that one parameter be decrypted, and nothing else. With AWS's own",
    'key `aws/ssm` the right is not needed.',
    '',
  ].join('\n');
}
