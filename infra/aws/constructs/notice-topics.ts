import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { type Severity, severity } from '#shared/domain/severity.ts';

/** One topic by severity, so that P0 can wake somebody and P3 need not. Standard: FIFO topics reach no e-mail or SMS. */
export class NoticeTopics extends Construct {
  readonly topics: Readonly<Record<Severity, sns.Topic>>;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const topic = (level: Severity) =>
      new sns.Topic(this, level, { displayName: `otlp-medic ${level}`, enforceSSL: true });
    this.topics = Object.fromEntries(severity.options.map((level) => [level, topic(level)])) as Record<
      Severity,
      sns.Topic
    >;
  }
}
