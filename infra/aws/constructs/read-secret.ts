import { ArnFormat, Stack, Token } from 'aws-cdk-lib';
import type { PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { secretPlace } from '#shared/domain/secret-place.ts';

/** The keys of the account in this region, as cdk-nag writes them. */
export function anyKeyInWords(scope: Construct): string {
  const { account, region } = Stack.of(scope);
  const known = (value: string, words: string) => (Token.isUnresolved(value) ? words : value);
  return `arn:<AWS::Partition>:kms:${known(region, '<AWS::Region>')}:${known(account, '<AWS::AccountId>')}:key/*`;
}

/** What reading a secret takes: that one secret, or that one parameter. `what` names it in the policy. Throws ConfigError. */
export function readSecret(scope: Construct, name: string, what: string): PolicyStatementProps[] {
  const stack = Stack.of(scope);
  const place = secretPlace(name);
  if (place.kind === 'secrets-manager') {
    const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
    const secret = stack.formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: place.secret,
      arnFormat,
    });
    // Secrets Manager puts six characters of its own behind the name.
    return [{ sid: `Read${what}`, actions: ['secretsmanager:GetSecretValue'], resources: [`${secret}-??????`] }];
  }
  const resourceName = place.parameter.replace(/^\//, '');
  const parameter = stack.formatArn({ service: 'ssm', resource: 'parameter', resourceName });
  return [
    { sid: `Read${what}`, actions: ['ssm:GetParameter'], resources: [parameter] },
    {
      // AWS's own key aws/ssm needs no such right. Which other key whoever stored the parameter took is not known here;
      // what may be decrypted is: Systems Manager encrypts under the parameter's ARN.
      sid: `Decrypt${what}`,
      actions: ['kms:Decrypt'],
      resources: [stack.formatArn({ service: 'kms', resource: 'key', resourceName: '*' })],
      conditions: { StringEquals: { 'kms:EncryptionContext:PARAMETER_ARN': parameter } },
    },
  ];
}
