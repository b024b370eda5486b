import { CreateClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { expect, it } from 'vitest';
import { openEks } from '#shared/aws/eks.ts';

const region = 'eu-west-1';

it('finds the endpoint of a cluster by its name', async () => {
  const { cluster: made } = await new EKSClient({ region }).send(
    new CreateClusterCommand({
      name: 'payments',
      roleArn: 'arn:aws:iam::111122223333:role/eks',
      resourcesVpcConfig: { subnetIds: ['subnet-1', 'subnet-2'] },
    }),
  );
  const cluster = await openEks({ eks: 'payments', region });
  // Nothing listens there in this test; the error shows which address was tried.
  const call = cluster.version({ timeoutMs: 2000 });
  await expect(call).rejects.toMatchObject({ name: 'ClusterError', fault: 'connect' });
  await expect(call).rejects.toThrow(new URL(made?.endpoint ?? '').host);
});

it('names a cluster that does not exist, and its region', async () => {
  await expect(openEks({ eks: 'nowhere', region })).rejects.toMatchObject({
    name: 'ClusterError',
    fault: 'dns',
    message: expect.stringContaining('EKS cluster "nowhere" in eu-west-1 does not exist'),
  });
});
