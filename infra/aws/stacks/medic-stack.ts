import { Annotations, CfnOutput, CfnResource, Stack, type StackProps, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { MedicConfig } from '#shared/domain/config.ts';
import type { KubernetesGroup } from '#shared/domain/kubernetes-access.ts';
import type { Needs } from '#shared/domain/needs.ts';
import { severity } from '#shared/domain/severity.ts';
import type { Bundle } from '../bundle.ts';
import { AlarmEntry } from '../constructs/alarm-entry.ts';
import { ClusterAccess } from '../constructs/cluster-access.ts';
import { configLayer } from '../constructs/config-layer.ts';
import { DeadLetters } from '../constructs/dead-letters.ts';
import { MedicFunction } from '../constructs/medic-function.ts';
import { NoticeTopics } from '../constructs/notice-topics.ts';
import { P0Response } from '../constructs/p0-response.ts';
import type { Grantable } from '../constructs/permissions.ts';
import { readBackends } from '../constructs/read-backends.ts';
import { readSecret } from '../constructs/read-secret.ts';
import { ReportBucket } from '../constructs/report-bucket.ts';
import { Schedules } from '../constructs/schedules.ts';
import { SelfWatch } from '../constructs/self-watch.ts';
import { TestEvents } from '../constructs/test-events.ts';
import type { DeployedFunction } from '../functions.ts';

export interface MedicStackProps extends StackProps {
  /** its EKS targets are those of this stack */
  config: MedicConfig;
  functions: DeployedFunction[];
  /** by the function's name */
  bundles: ReadonlyMap<string, Pick<Bundle, 'dir'>>;
  /** of the Slack webhook URL: a Secrets Manager secret's name, or ssm:NAME; made by hand, so that no template holds it */
  slackSecret?: string;
  /** the account has the registry of shared test events already */
  testEventsExist?: boolean;
  /** resource types that the place of deployment does not know: `AWS::EKS::AccessEntry` */
  leaveOut?: readonly string[];
}

/** Each once: targets may share the credentials of one vendor. */
const headerSecretsOf = ({ targets }: MedicConfig): string[] => [
  ...new Set(targets.flatMap(({ otlp }) => otlp.flatMap(({ headersSecret }) => headersSecret ?? []))),
];

/** The whole product in one account and region. */
export class MedicStack extends Stack {
  constructor(scope: Construct, id: string, props: MedicStackProps) {
    const { config, functions, bundles, slackSecret, testEventsExist = false, leaveOut = [], ...rest } = props;
    super(scope, id, rest);
    checkVantages(config);
    const { bucket } = new ReportBucket(this, 'Reports');
    const { topics } = new NoticeTopics(this, 'Notices');
    const { queue: deadLetters } = new DeadLetters(this, 'DeadLetters');
    const layer = configLayer(this, 'Configuration', config);
    const clusters = eksClustersOf(config);

    const grantable: Grantable = {
      bucket,
      topicArns: severity.options.map((level) => topics[level].topicArn),
      clusterArns: clusters.map(({ eks, region }) =>
        this.formatArn({ service: 'eks', region, resource: 'cluster', resourceName: eks }),
      ),
      // Written out, not referred to: the flow refers to the functions.
      flowArns: { 'p0-response': P0Response.arnIn(this) },
      deadLettersArn: deadLetters.queueArn,
      webhook: slackSecret ? readSecret(this, slackSecret, 'Webhook') : [],
      probeReads: [
        ...headerSecretsOf(config).flatMap((name, index) => readSecret(this, name, `Headers${index + 1}`)),
        ...readBackends(this, config),
      ],
    };
    const environment = {
      MEDIC_BUCKET: bucket.bucketName,
      ...Object.fromEntries(severity.options.map((level) => [`MEDIC_TOPIC_${level}`, topics[level].topicArn])),
      ...(slackSecret ? { MEDIC_SLACK_SECRET: slackSecret } : {}),
    };
    const made = withSchedules(functions, config).map(({ of, runs }) => {
      const bundle = bundles.get(of.name)?.dir;
      if (!bundle) throw new Error(`functions/${of.name} has no bundle`);
      const given = { of, bundle, layer, environment, grantable, deadLetters, ...(config.vpc && { vpc: config.vpc }) };
      return { of, runs, construct: new MedicFunction(this, of.name, given) };
    });
    const { stateMachine } = new P0Response(
      this,
      'P0Response',
      new Map(made.map(({ of, construct }) => [of.name, construct.function])),
    );

    new Schedules(this, 'Schedules', {
      functions: made.flatMap(({ of, runs, construct }) => (runs ? [{ of: construct, takes: of.takes, ...runs }] : [])),
      deadLetters,
    });
    const entry = new AlarmEntry(this, 'Alarms', {
      functions: made.filter(({ of }) => of.needs.alarms).map(({ construct }) => construct.function),
      alarms: [...new Set(config.targets.flatMap(({ alarms }) => alarms))],
      deadLetters,
    });
    new SelfWatch(this, 'SelfWatch', { flows: [stateMachine], deadLetters, topic: topics.P0 });
    new TestEvents(this, 'TestEvents', {
      functions: functions.map(({ name }) => name),
      target: config.targets[0]?.name,
      registryExists: testEventsExist,
    });

    if (clusters.length === 0)
      Annotations.of(this).addWarningV2(
        'otlp-medic:no-target',
        'no target in medic.config.ts is on EKS: the stack has nothing to look at',
      );
    // An access entry is made in the cluster's own region, which may not be the stack's.
    const isHere = ({ region }: { region: string }) => Token.isUnresolved(this.region) || region === this.region;
    for (const { eks, region } of clusters.filter((cluster) => !isHere(cluster)))
      Annotations.of(this).addWarningV2(
        'otlp-medic:cluster-in-another-region',
        `EKS cluster ${eks} is in ${region}: make its access entries there by hand, the stack cannot`,
      );
    new ClusterAccess(this, 'ClusterAccess', {
      clusters: [...new Set(clusters.filter(isHere).map(({ eks }) => eks))],
      functions: made.flatMap(({ of, construct }) => {
        const groups = groupsOf(of.needs);
        return groups.length > 0 ? [{ of: construct, groups }] : [];
      }),
    });

    new CfnOutput(this, 'ReportBucketName', { value: bucket.bucketName });
    new CfnOutput(this, 'AlarmTopicArn', { value: entry.topic.topicArn, description: 'Alarm actions publish here' });
    for (const level of severity.options)
      new CfnOutput(this, `NoticeTopic${level}Arn`, { value: topics[level].topicArn });
    for (const child of this.node.findAll())
      if (CfnResource.isCfnResource(child) && leaveOut.includes(child.cfnResourceType))
        child.node.scope?.node.tryRemoveChild(child.node.id);
  }
}

/** Throws where a target wants to be looked at from a network that the functions do not have. */
function checkVantages({ targets, vpc }: MedicConfig): void {
  const wants = targets.find(({ otlp }) => otlp.some(({ vantage }) => vantage === 'vpc'));
  if (wants && !vpc)
    throw new Error(
      `medic.config.ts: target "${wants.name}" has an endpoint with vantage 'vpc', and vpc is missing: add vpc: { subnets: ['subnet-...'], securityGroups: ['sg-...'] }`,
    );
}

const groupsOf = ({ kubernetes, probes }: Needs): KubernetesGroup[] => [
  ...new Set([...(kubernetes ? [kubernetes] : []), ...(probes ? ['otlp-medic:probers' as const] : [])]),
];

const eksClustersOf = ({ targets }: MedicConfig) =>
  targets.flatMap(({ cluster }) => (typeof cluster === 'object' && 'eks' in cluster ? [cluster] : []));

/**
 * The functions, each with how often and for which targets it runs by itself, if it does: one that only could gets
 * nothing that a schedule needs. Throws for a schedule of a function that cannot run by itself.
 */
function withSchedules(functions: readonly DeployedFunction[], { schedules, targets }: MedicConfig) {
  const known = functions.filter(({ needs }) => needs.schedule).map(({ name }) => name);
  const unknown = Object.keys(schedules).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new Error(
      `medic.config.ts: schedules.${unknown}: no such function runs by itself: ${known.join(', ')} do or can`,
    );
  return functions.map((of) => {
    const { schedule, ...needs } = of.needs;
    const every = schedule && (schedules[of.name] ?? schedule);
    const looked = targets.filter(({ otlp }) => needs.scheduledFor === undefined || otlp.length > 0);
    return every && every !== 'when-configured' && looked.length > 0
      ? { of, runs: { every, targets: looked.map(({ name }) => name) } }
      : { of: { ...of, needs } };
  });
}
