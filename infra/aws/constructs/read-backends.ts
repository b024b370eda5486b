import { Stack } from 'aws-cdk-lib';
import type { PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { MedicConfig } from '#shared/domain/config.ts';

const WORKSPACE =
  /^https:\/\/aps-workspaces\.([a-z0-9-]{1,30})\.amazonaws\.com(?:\.cn)?\/workspaces\/([a-z0-9-]{1,64})/;

/** What finding a canary again takes at the backends of AWS that targets name in `queries`. */
export function readBackends(scope: Construct, { targets }: MedicConfig): PolicyStatementProps[] {
  const queries = targets.flatMap((target) => target.queries);
  const workspaces = new Set(
    queries.flatMap(({ url }) => {
      const [, region, resourceName] = WORKSPACE.exec(url) ?? [];
      if (region === undefined || resourceName === undefined) return [];
      return Stack.of(scope).formatArn({ service: 'aps', region, resource: 'workspace', resourceName });
    }),
  );
  return [
    // X-Ray knows no resources in its permissions.
    ...(queries.some(({ kind }) => kind === 'xray')
      ? [{ sid: 'FindCanaryInXRay', actions: ['xray:BatchGetTraces'], resources: ['*'] }]
      : []),
    ...(workspaces.size > 0
      ? [{ sid: 'FindCanaryInPrometheus', actions: ['aps:QueryMetrics'], resources: [...workspaces] }]
      : []),
  ];
}
