import { ConfirmSubscriptionCommand, CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { expect, it, vi } from 'vitest';
import { snsNotifier } from '#shared/aws/sns-notifier.ts';
import { type HttpServer, serve } from '#test/support/http-server.ts';

const sns = new SNSClient({});
const notice = {
  id: 'i-1.opened',
  severity: 'P0' as const,
  title: 'übel: otlp-app',
  text: 'Pods crash: 崩溃',
  blocks: [],
};

/** What SNS has posted to its subscriber, of one type; waits for the first. */
const posted = (subscriber: HttpServer, type: string) =>
  vi.waitFor(() => {
    const found = subscriber.requests.map(({ body }) => JSON.parse(String(body))).find(({ Type }) => Type === type);
    expect(found).toBeDefined();
    return found;
  }, 10_000);

it("carries a notice to the topic's subscribers", async () => {
  await using subscriber = await serve((_, response) => void response.end());
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'medic-p0' }));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint: `${subscriber.url}/alerts` }));
  const { Token } = await posted(subscriber, 'SubscriptionConfirmation');
  await sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token }));

  expect(await snsNotifier({ P0: TopicArn }).send(notice)).toEqual([{ channel: 'sns:medic-p0', delivered: true }]);
  expect(await posted(subscriber, 'Notification')).toMatchObject({
    TopicArn,
    Subject: 'ubel: otlp-app',
    Message: 'übel: otlp-app\n\nPods crash: 崩溃',
    MessageAttributes: { severity: { Type: 'String', Value: 'P0' }, id: { Type: 'String', Value: 'i-1.opened' } },
  });
});

it('makes a Delivery of a topic that does not exist', async () => {
  const lost = 'arn:aws:sns:eu-west-1:111122223333:medic-lost';
  expect(await snsNotifier({ P0: lost }).send(notice)).toEqual([
    { channel: 'sns:medic-lost', delivered: false, why: 'the topic does not exist: deploy the stack' },
  ]);
});
