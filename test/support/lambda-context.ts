import type { Context } from 'aws-lambda';

/** What Lambda hands over beside the event; `milliseconds` is the function's timeout. */
export function lambdaContext(milliseconds = 60_000): Context {
  const ends = Date.now() + milliseconds;
  const none = () => undefined;
  return {
    awsRequestId: 'request-1',
    functionName: 'medic-test',
    functionVersion: '1',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:111111111111:function:medic-test',
    memoryLimitInMB: '512',
    logGroupName: 'group',
    logStreamName: 'stream',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => ends - Date.now(),
    done: none,
    fail: none,
    succeed: none,
  };
}
