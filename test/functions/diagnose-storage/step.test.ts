import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { input } from '#functions/diagnose-storage/input.ts';
import { makeStep } from '#functions/diagnose-storage/step.ts';
import { saveSnapshot } from '#shared/snapshot/stored.ts';
import { everWith, podsOf, waiting } from '#test/support/faults.ts';
import { healthyNamespace, NAMESPACE } from '#test/support/namespace.ts';
import { portsOn, stepContext } from '#test/support/stepping.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'medic-'));
});
afterEach(() => rm(directory, { recursive: true }));

it('lists the claims with what they have, and says which question of storage is the trouble', async () => {
  const snapshot = healthyNamespace();
  everWith(snapshot, 'otlp-app', (_, spec) => {
    spec.volumes = ['data', 'cache'].map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  });
  waiting(snapshot, podsOf(snapshot, 'otlp-app'), 'ContainerCreating');
  snapshot.objects.storageclasses = [{ metadata: { name: 'gp3' }, provisioner: 'ebs.csi.aws.com' }];
  snapshot.objects.persistentvolumeclaims = [
    {
      metadata: { name: 'data', namespace: NAMESPACE },
      spec: { storageClassName: 'fast', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } } },
      status: { phase: 'Pending' },
    },
  ];
  const ports = portsOn(directory, () => Promise.reject(new Error('the cluster must not be asked')));
  const { key } = await saveSnapshot(ports.store, 'snapshots/shop/one.json.gz', snapshot);
  const answer = await makeStep(ports)(input.parse({ snapshotKey: key }), stepContext());
  expect(answer.rootCauses.toSorted()).toEqual(['pvc-missing', 'storageclass-missing']);
  expect(answer.claims).toEqual([
    { claim: 'cache', phase: 'missing', accessModes: [], pods: ['otlp-app-7d4f9c2-aaaaa', 'otlp-app-7d4f9c2-bbbbb'] },
    {
      claim: 'data',
      phase: 'Pending',
      storageClass: 'fast',
      requested: '10Gi',
      accessModes: ['ReadWriteOnce'],
      pods: ['otlp-app-7d4f9c2-aaaaa', 'otlp-app-7d4f9c2-bbbbb'],
    },
  ]);
  const found = answer.questions.filter(({ outcome }) => outcome === 'found').map(({ question }) => question);
  expect(found).toEqual(['claims', 'classes']);
});
