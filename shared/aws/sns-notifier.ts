import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Severity } from '#shared/domain/severity.ts';
import type { Delivery, Message, Notifier } from '#shared/ports/notifier.ts';
import { clientLimits } from './client-limits.ts';
import { awsFault } from './fault.ts';

/** ARN of the topic for the notices of each severity. */
export type Topics = Partial<Record<Severity, string>>;

/** SNS: a subject is at most 100 ASCII characters, without line breaks or control characters. */
const SUBJECT_LIMIT = 100;
/** SNS: 256 KB for message and attributes together; the attributes get the rest. */
const MESSAGE_LIMIT_BYTES = 250_000;
const CUT = '\n[cut here: the report holds the whole]';

const ASCII: Readonly<Record<string, string>> = { '→': '->', '—': '-', '–': '-', '…': '...', '·': '-', '×': 'x' };

function subjectOf({ title, severity }: Message): string {
  const ascii = title
    .normalize('NFKD')
    .replaceAll(/[→—–…·×]/g, (sign) => ASCII[sign] ?? '')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^\x20-\x7e]+/g, ' ')
    .replaceAll(/ {2,}/g, ' ')
    .trim();
  // A title in a script without ASCII letters would leave punctuation only; the text carries it in full.
  const subject = /[A-Za-z0-9]/.test(ascii) ? ascii : `otlp-medic ${severity} notice`;
  return subject.length <= SUBJECT_LIMIT ? subject : `${subject.slice(0, SUBJECT_LIMIT - 3)}...`;
}

function messageOf({ title, text }: Message): string {
  const whole = text.startsWith(title) ? text : `${title}\n\n${text}`;
  // SNS refuses what XML 1.0 cannot hold.
  const clean = whole.replaceAll(/[^\t\n\r\P{Cc}]/gu, '').toWellFormed();
  const bytes = Buffer.from(clean);
  if (bytes.length <= MESSAGE_LIMIT_BYTES) return clean;
  // The decoder holds back a character that the cut has split.
  const start = new TextDecoder().decode(bytes.subarray(0, MESSAGE_LIMIT_BYTES), { stream: true });
  return start + CUT;
}

const topicName = (arn: string) => arn.split(':').at(-1) ?? arn;

/** Notices to one SNS topic by severity, as plain text for people: e-mail, SMS, a queue. */
export function snsNotifier(topics: Topics): Notifier {
  const region = Object.values(topics)[0]?.split(':')[3];
  const client = new SNSClient({ ...clientLimits, ...(region ? { region } : {}) });

  return {
    async send(message, { signal } = {}): Promise<Delivery[]> {
      const { id, severity } = message;
      const topic = topics[severity];
      if (!topic) return [{ channel: 'sns', delivered: false, why: `there is no topic for severity ${severity}` }];
      const channel = `sns:${topicName(topic)}`;
      try {
        await client.send(
          new PublishCommand({
            TopicArn: topic,
            Subject: subjectOf(message),
            Message: messageOf(message),
            MessageAttributes: {
              severity: { DataType: 'String', StringValue: severity },
              id: { DataType: 'String', StringValue: id },
            },
          }),
          signal ? { abortSignal: signal } : {},
        );
        return [{ channel, delivered: true }];
      } catch (error) {
        const missing = (error as { name?: string }).name === 'NotFoundException';
        const why = missing ? 'the topic does not exist: deploy the stack' : awsFault(error, 'sns:Publish', topic).why;
        return [{ channel, delivered: false, why }];
      }
    },
  };
}
