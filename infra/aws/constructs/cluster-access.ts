import { Stack } from 'aws-cdk-lib';
import * as eks from 'aws-cdk-lib/aws-eks';
import { Construct } from 'constructs';
import type { KubernetesGroup } from '#shared/domain/kubernetes-access.ts';
import type { MedicFunction } from './medic-function.ts';

export interface ClusterAccessProps {
  /** EKS clusters of this region */
  clusters: string[];
  functions: { of: MedicFunction; groups: KubernetesGroup[] }[];
}

/**
 * Lets the functions' roles into the clusters as members of their group; `medic rbac` says what the groups may do. L1,
 * because the L2 AccessEntry has no Kubernetes groups.
 */
export class ClusterAccess extends Construct {
  constructor(scope: Construct, id: string, { clusters, functions }: ClusterAccessProps) {
    super(scope, id);
    for (const clusterName of clusters) {
      for (const { of, groups } of functions)
        new eks.CfnAccessEntry(this, `${clusterName}-${of.node.id}`, {
          clusterName,
          principalArn: of.role.roleArn,
          type: 'STANDARD',
          kubernetesGroups: groups,
          username: `${Stack.of(this).stackName}:${of.node.id}`,
        });
    }
  }
}
