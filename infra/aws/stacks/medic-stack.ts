import { Annotations, Stack, type StackProps, Token } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { MedicConfig } from '#shared/domain/config.ts';
import { severity } from '#shared/domain/severity.ts';
import type { Bundle } from '../bundle.ts';
import { ClusterAccess } from '../constructs/cluster-access.ts';
import { configLayer } from '../constructs/config-layer.ts';
import { MedicFunction } from '../constructs/medic-function.ts';
import { NoticeTopics } from '../constructs/notice-topics.ts';
import { P0Response } from '../constructs/p0-response.ts';
import type { Grantable } from '../constructs/permissions.ts';
import { ReportBucket } from '../constructs/report-bucket.ts';
import type { DeployedFunction } from '../functions.ts';

export interface MedicStackProps extends StackProps {
  /** its EKS targets are those of this stack */
  config: MedicConfig;
  functions: DeployedFunction[];
  /** by the function's name */
  bundles: ReadonlyMap<string, Pick<Bundle, 'dir'>>;
  /** name of the Secrets Manager secret with the Slack webhook URL; made by hand, so that no template holds it */
  slackSecret?: string;
}

/** The whole product in one account and region. */
export class MedicStack extends Stack {
  constructor(scope: Construct, id: string, { config, functions, bundles, slackSecret, ...props }: MedicStackProps) {
    super(scope, id, props);
    const { bucket } = new ReportBucket(this, 'Reports');
    const { topics } = new NoticeTopics(this, 'Notices');
    const layer = configLayer(this, 'Configuration', config);
    const secret = slackSecret ? secretsmanager.Secret.fromSecretNameV2(this, 'SlackWebhook', slackSecret) : undefined;
    const clusters = eksClustersOf(config);

    const grantable: Grantable = {
      bucket,
      topicArns: severity.options.map((level) => topics[level].topicArn),
      clusterArns: clusters.map(({ eks, region }) =>
        this.formatArn({ service: 'eks', region, resource: 'cluster', resourceName: eks }),
      ),
      ...(secret ? { slackSecretArn: `${secret.secretArn}-??????` } : {}),
    };
    const environment = {
      MEDIC_BUCKET: bucket.bucketName,
      ...Object.fromEntries(severity.options.map((level) => [`MEDIC_TOPIC_${level}`, topics[level].topicArn])),
      ...(slackSecret ? { MEDIC_SLACK_SECRET: slackSecret } : {}),
    };
    const made = functions.map((of) => {
      const bundle = bundles.get(of.name)?.dir;
      if (!bundle) throw new Error(`functions/${of.name} has no bundle`);
      return { of, construct: new MedicFunction(this, of.name, { of, bundle, layer, environment, grantable }) };
    });

    new P0Response(this, 'P0Response', new Map(made.map(({ of, construct }) => [of.name, construct.function])));
    // An access entry is made in the cluster's own region, which may not be the stack's.
    const isHere = ({ region }: { region: string }) => Token.isUnresolved(this.region) || region === this.region;
    for (const { eks, region } of clusters.filter((cluster) => !isHere(cluster)))
      Annotations.of(this).addWarningV2(
        'otlp-medic:cluster-in-another-region',
        `EKS cluster ${eks} is in ${region}: make its access entries there by hand, the stack cannot`,
      );
    new ClusterAccess(this, 'ClusterAccess', {
      clusters: [...new Set(clusters.filter(isHere).map(({ eks }) => eks))],
      functions: made.flatMap(({ of, construct }) =>
        of.needs.kubernetes ? [{ of: construct, group: of.needs.kubernetes }] : [],
      ),
    });
  }
}

const eksClustersOf = ({ targets }: MedicConfig) =>
  targets.flatMap(({ cluster }) => (typeof cluster === 'object' && 'eks' in cluster ? [cluster] : []));
