import type { Snapshot } from '#shared/domain/snapshot.ts';
import { crashLoop, event, podsOf, scaleToZero, serviceOf } from '#test/support/faults.ts';
import { ago, healthyNamespace, sandboxTarget, settle, wholeNamespace } from '#test/support/namespace.ts';
import { type Cases, the } from '../case.ts';
import { cannotExport, without } from './serving.ts';

const at = the('Service', 'otlp-app-service');

const noServices = { why: 'Services may not be read', unread: ['services'] } as const;

const selecting = (selector: Record<string, string>, name = 'otlp-app-service'): Snapshot => {
  const snapshot = healthyNamespace();
  serviceOf(snapshot, name).spec.selector = selector;
  return settle(snapshot);
};

/** Of type LoadBalancer for so many minutes. */
function balanced(minutes: number, address?: string): Snapshot {
  const snapshot = healthyNamespace();
  const service = serviceOf(snapshot, 'otlp-app-service');
  service.spec.type = 'LoadBalancer';
  service.metadata.creationTimestamp = ago(minutes);
  service.status = { loadBalancer: address ? { ingress: [{ hostname: address }] } : {} };
  return snapshot;
}

const serviceSays = (snapshot: Snapshot, reason: string, message: string): Snapshot =>
  event(snapshot, { ...serviceOf(snapshot, 'otlp-app-service'), kind: 'Service' }, reason, message);

/** Services, and what stands behind them. */
export const services = {
  'service-missing': {
    positive: [
      { when: 'the target names it', whole: [], at, shows: 'not found', build: () => without('otlp-app-service') },
      {
        when: 'the application sends its telemetry there',
        whole: ['otlp-endpoint-unknown-host'],
        at: the('Service', 'otel-collector'),
        build: () => cannotExport(without('otel-collector')),
      },
      {
        when: 'the target names one that nobody has',
        at: the('Service', 'shop'),
        target: sandboxTarget({ service: 'shop' }),
        build: healthyNamespace,
      },
    ],
    nearMiss: [
      { why: 'it is there, and has no endpoint', build: () => scaleToZero('otlp-app', healthyNamespace()) },
      { why: 'a whole namespace has what it has', target: wholeNamespace(), build: () => without('otlp-app-service') },
    ],
    notApplicable: [noServices],
  },
  'service-selector-matches-nothing': {
    positive: [
      {
        when: 'a label more than the pods have',
        at,
        severity: 'P0',
        shows: '{"app":"otlp-app","tier":"web"}',
        build: () => selecting({ app: 'otlp-app', tier: 'web' }),
      },
      { when: 'the application was renamed', at, severity: 'P0', build: () => selecting({ app: 'otlp-application' }) },
      {
        when: 'that of the Collector, and nothing is exported',
        at: the('Service', 'otel-collector'),
        build: () => cannotExport(selecting({ app: 'collector' }, 'otel-collector')),
      },
      {
        when: 'pods of another namespace have the labels',
        at,
        severity: 'P0',
        build: () => {
          const snapshot = selecting({ app: 'otlp-app', tier: 'web' });
          const [pod] = structuredClone(podsOf(snapshot, 'otlp-app'));
          if (pod)
            snapshot.objects.pods.push({
              ...pod,
              metadata: { ...pod.metadata, namespace: 'staging', labels: { app: 'otlp-app', tier: 'web' } },
            });
          return snapshot;
        },
      },
    ],
    nearMiss: [
      {
        why: 'its workload is scaled to zero',
        roots: ['deployment-scaled-to-zero'],
        build: () => scaleToZero('otlp-app', healthyNamespace()),
      },
      { why: 'its endpoints are made by hand', build: () => selecting({}) },
      {
        why: 'it is an alias for a name outside',
        build: () => {
          const snapshot = healthyNamespace();
          serviceOf(snapshot, 'otlp-app-service').spec = {
            type: 'ExternalName',
            externalName: 'shop.example.com',
            selector: { app: 'old' },
          };
          return snapshot;
        },
      },
    ],
    notApplicable: [noServices, { why: 'pods may not be read', unread: ['pods', 'deployments'] }],
  },
  'service-no-ready-endpoints': {
    positive: [
      {
        when: 'its pods crash',
        at,
        severity: 'P0',
        as: 'symptom of container-exit-error',
        shows: '0 ready, 2 pods selected',
        build: () => {
          const snapshot = healthyNamespace();
          return crashLoop(snapshot, podsOf(snapshot, 'otlp-app'));
        },
      },
      {
        when: 'its pods are ready, and the controller of EndpointSlices does not follow',
        because: /2 of 2 selected pods are ready/,
        at,
        severity: 'P0',
        build: () => {
          const snapshot = healthyNamespace();
          for (const slice of snapshot.objects.endpointslices)
            if (slice.metadata.name.startsWith('otlp-app')) slice.endpoints = [];
          return snapshot;
        },
      },
      {
        when: 'EndpointSlices may not be read, and its pods say it',
        at,
        severity: 'P0',
        as: 'symptom of container-exit-error',
        build: () => {
          const snapshot = healthyNamespace();
          crashLoop(snapshot, podsOf(snapshot, 'otlp-app'));
          snapshot.objects.endpointslices = [];
          snapshot.coverage.notChecked.push({ check: 'endpointslices', why: 'forbidden' });
          return snapshot;
        },
      },
    ],
    nearMiss: [
      {
        why: 'one pod of two is left',
        roots: ['container-exit-error'],
        build: () => {
          const snapshot = healthyNamespace();
          return crashLoop(snapshot, podsOf(snapshot, 'otlp-app').slice(0, 1));
        },
      },
      {
        why: 'it publishes unready addresses too',
        build: () => {
          const snapshot = healthyNamespace();
          serviceOf(snapshot, 'otlp-app-service').spec.publishNotReadyAddresses = true;
          return crashLoop(snapshot, podsOf(snapshot, 'otlp-app'));
        },
      },
      {
        why: 'it is another team’s, of a workload that sleeps',
        roots: [],
        target: wholeNamespace(),
        build: () => {
          const snapshot = scaleToZero('otlp-app', healthyNamespace());
          return snapshot;
        },
      },
    ],
    notApplicable: [
      noServices,
      { why: 'neither EndpointSlices nor pods may be read', unread: ['endpointslices', 'pods'] },
    ],
  },
  'service-lb-pending': {
    positive: [
      { when: 'no controller answers for an hour', whole: [], at, shows: 'empty', build: () => balanced(60) },
      {
        when: 'the cloud finds no subnet',
        at,
        shows: 'could not find any suitable subnets',
        build: () =>
          serviceSays(
            balanced(4),
            'SyncLoadBalancerFailed',
            'Error syncing load balancer: failed to ensure load balancer: could not find any suitable subnets for creating the ELB',
          ),
      },
      {
        when: 'the AWS controller may not describe its subnets',
        at,
        shows: 'UnauthorizedOperation',
        build: () =>
          serviceSays(
            balanced(4),
            'FailedBuildModel',
            'Failed build model due to unable to resolve at least one subnet: operation error EC2: DescribeSubnets, https response error StatusCode: 403, api error UnauthorizedOperation: You are not authorized to perform this operation',
          ),
      },
    ],
    nearMiss: [
      { why: 'it was made two minutes ago', roots: [], build: () => balanced(2) },
      {
        why: 'it has its address, and the complaint is made good',
        roots: [],
        build: () =>
          serviceSays(
            balanced(60, 'k8s-shop.elb.example.com'),
            'SyncLoadBalancerFailed',
            'Error syncing load balancer: timed out',
          ),
      },
      { why: 'a ClusterIP gets none', roots: [], build: healthyNamespace },
    ],
    notApplicable: [noServices],
  },
} satisfies Cases;
