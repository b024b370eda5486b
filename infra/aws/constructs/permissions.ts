import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Needs } from '#shared/domain/needs.ts';

/** What functions may be given. */
export interface Grantable {
  bucket: s3.IBucket;
  topicArns: string[];
  /** what reading the webhook's URL takes; empty where none is configured */
  webhook: iam.PolicyStatementProps[];
  /** what probes read: the headers of the targets' endpoints, and the backends of AWS that keep canaries */
  probeReads: iam.PolicyStatementProps[];
  clusterArns: string[];
  /** of the flows, by their names */
  flowArns: Readonly<Record<string, string>>;
  deadLettersArn: string;
}

/** A conditional write or removal reads the version that it compares with, so what is written is readable too. */
export const readablePrefixes = ({ read, write = [], remove = [] }: Needs['store']): string[] => [
  ...new Set([...read, ...write, ...remove]),
];

/** Events arrive by themselves: nobody waits for the answer, so one that fails must be kept. */
export const isAsync = ({ schedule, alarms }: Pick<Needs, 'schedule' | 'alarms'>): boolean =>
  schedule !== undefined || alarms === true;

/** The statements that a function's needs come to. None has a `*` for its resource. */
export function statementsFor(
  { store, kubernetes, notices, probes, starts = [], ...needs }: Needs,
  on: Grantable,
): iam.PolicyStatement[] {
  const objects = (prefixes: readonly string[]) => prefixes.map((prefix) => on.bucket.arnForObjects(`${prefix}*`));
  const allow = (sid: string, actions: string[], resources: string[]) =>
    resources.length > 0 ? [new iam.PolicyStatement({ sid, actions, resources })] : [];
  const { write = [], remove = [] } = store;
  return [
    // Without it S3 answers 403 instead of 404 where an object does not exist.
    ...(readablePrefixes(store).length > 0 ? allow('ListStore', ['s3:ListBucket'], [on.bucket.bucketArn]) : []),
    ...allow('ReadStore', ['s3:GetObject'], objects(readablePrefixes(store))),
    ...allow('WriteStore', ['s3:PutObject'], objects(write)),
    ...allow('RemoveFromStore', ['s3:DeleteObject'], objects(remove)),
    ...(kubernetes ? allow('FindCluster', ['eks:DescribeCluster'], on.clusterArns) : []),
    ...(notices ? allow('SendNotices', ['sns:Publish'], on.topicArns) : []),
    ...(notices ? on.webhook.map((props) => new iam.PolicyStatement(props)) : []),
    ...(probes ? on.probeReads.map((props) => new iam.PolicyStatement(props)) : []),
    ...allow(
      'StartFlow',
      ['states:StartExecution'],
      starts.flatMap((flow) => on.flowArns[flow] ?? []),
    ),
    ...(isAsync(needs) ? allow('KeepUndelivered', ['sqs:SendMessage'], [on.deadLettersArn]) : []),
  ];
}
