import type { CorpusCase } from '../case.ts';
import { healthy } from '../healthy.ts';
import { completedJob } from '../jobs.ts';
import { thing } from '../things.ts';
import { ago, DAY, HOUR } from '../time.ts';
import { deployment, podOf } from '../workloads.ts';

/** Nothing is wrong now, whatever it looks like. */
export const openCNoise: CorpusCase[] = [
  {
    name: 'leader-that-was-lost-eleven-times-in-twenty-days',
    kind: 'noisy',
    source:
      'https://github.com/elastisys/compliantkubernetes-apps/issues/627 https://github.com/cert-manager/cert-manager/issues/6134',
    layers: [],
    roots: [],
    why: 'The injector of certificates ends by design when it cannot renew its lease in time, and starts again: the last time was 31 hours ago, while the control plane was upgraded.',
    build: () => {
      const world = healthy();
      const name = 'cert-manager-cainjector';
      const injector = deployment(world, name, {
        replicas: 1,
        age: 90 * DAY,
        revised: 20 * DAY,
        container: {
          name,
          image: 'quay.io/jetstack/cert-manager-cainjector:v1.11.1',
          args: ['--v=2', '--leader-election-namespace=kube-system'],
          resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '256Mi' } },
        },
      });
      for (const pod of world.podsOf(injector)) {
        Object.assign(pod.status?.containerStatuses?.[0] ?? {}, {
          restartCount: 11,
          lastState: {
            terminated: {
              exitCode: 1,
              reason: 'Error',
              startedAt: ago(3 * DAY),
              finishedAt: ago(31 * HOUR),
            },
          },
          state: { running: { startedAt: ago(31 * HOUR - 0.2) } },
        });
        world.log(
          pod,
          `I1119 02:59:48.324963       1 leaderelection.go:283] failed to renew lease kube-system/cert-manager-cainjector-leader-election: timed out waiting for the condition
E1119 02:59:48.325409       1 start.go:166] cert-manager/ca-injector "msg"="manager goroutine exited" "error"="error running manager: leader election lost"
Error: error running manager: leader election lost`,
          { previous: true },
        );
        world.log(
          pod,
          `I1119 03:00:02.937453       1 start.go:126] "starting" version="v1.11.1" revision="e3a2a803e8ed7f8a88d5f535d6e9a061c1571194"
I1119 03:00:03.692089       1 leaderelection.go:248] attempting to acquire leader lease kube-system/cert-manager-cainjector-leader-election...
I1119 03:00:21.118206       1 leaderelection.go:258] successfully acquired lease kube-system/cert-manager-cainjector-leader-election
I1120 09:41:17.402611       1 sources.go:117] cert-manager/certificate/customresourcedefinition/generic-inject-reconciler "msg"="Extracting CA from Certificate resource"`,
        );
      }
      return world;
    },
  },
  {
    name: 'runs-skipped-while-a-long-one-is-on',
    kind: 'noisy',
    source: 'https://github.com/kubernetes/kubernetes/issues/118789',
    layers: [],
    roots: [],
    why: 'The policy is Forbid and a run may last hours: the controller says at each date that it starts none, which is what was asked for.',
    build: () => {
      const world = healthy();
      const name = 'reindex';
      const container = {
        name: 'my-job',
        image: 'docker.io/library/busybox:1.37',
        command: ['/bin/sh', '-c', 'sleep 3600; exit 0'],
        resources: { requests: { cpu: '50m', memory: '32Mi' } },
      };
      const template = { spec: { restartPolicy: 'OnFailure', containers: [container] } };
      const active = `${name}-29393450`;
      const cron = thing(
        world,
        'batch/v1',
        'CronJob',
        name,
        {
          spec: {
            schedule: '*/10 * * * *',
            concurrencyPolicy: 'Forbid',
            suspend: false,
            successfulJobsHistoryLimit: 3,
            failedJobsHistoryLimit: 1,
            jobTemplate: { spec: { backoffLimit: 6, template } },
          },
          status: {
            active: [{ apiVersion: 'batch/v1', kind: 'Job', name: active, namespace: world.namespace }],
            lastScheduleTime: ago(50),
            lastSuccessfulTime: ago(52),
          },
        },
        { age: 30 * DAY },
      );
      const ownedByCron = [
        { apiVersion: 'batch/v1', kind: 'CronJob', name, uid: cron.metadata.uid ?? '', controller: true },
      ];
      const labels = { 'batch.kubernetes.io/job-name': active, 'job-name': active };
      const labelled = { metadata: { labels }, ...template };
      const job = thing(
        world,
        'batch/v1',
        'Job',
        active,
        {
          spec: { backoffLimit: 6, completions: 1, parallelism: 1, template: labelled },
          status: { active: 1, ready: 1, startTime: ago(50) },
        },
        { age: 50, labels },
      );
      job.metadata.ownerReferences = ownedByCron;
      podOf(world, job, labelled, { name: `${active}-w7gk4`, age: 50 });
      completedJob(world, `${name}-29393380`, container, { age: 120, lasted: 61 });
      world.get('Job', `${name}-29393380`).metadata.ownerReferences = ownedByCron;
      world.event(
        cron,
        'Normal',
        'JobAlreadyActive',
        'Not starting job because prior execution is running and concurrency policy is Forbid',
        { count: 9, from: 110, to: 0.5, component: 'cronjob-controller' },
      );
      return world;
    },
  },
];
