import { describe, expect, it } from 'vitest';
import { codes, findingOf, judge, roots } from '#test/support/diagnosing.ts';
import { crashLoop, deploymentOf, everWith, podsOf, serviceOf } from '#test/support/faults.ts';
import { ago, healthyNamespace, sandboxTarget, settle, wholeNamespace } from '#test/support/namespace.ts';

describe('a Service that selects nothing', () => {
  const drifted = () => {
    const snapshot = healthyNamespace();
    serviceOf(snapshot, 'otlp-app-service').spec.selector = { app: 'otlp-app', tier: 'web' };
    return settle(snapshot);
  };

  it('is the root of its missing endpoints, and names the workload that was meant', () => {
    const snapshot = drifted();
    expect(judge(snapshot)).toMatchObject({ verdict: 'failed', layer: 'network', action: { class: 'escalate' } });
    expect(roots(snapshot)).toEqual(['service-selector-matches-nothing']);
    expect(findingOf(snapshot, 'service-selector-matches-nothing').cause).toContain('deployment otlp-app');
    expect(findingOf(snapshot, 'service-no-ready-endpoints').explainedBy).toBeDefined();
  });

  it('is seen the same way without a target that names it', () => {
    expect(roots(drifted(), wholeNamespace())).toEqual(['service-selector-matches-nothing']);
  });

  it('is not saved by pods with those labels in another namespace', () => {
    const snapshot = drifted();
    const [pod] = structuredClone(podsOf(snapshot, 'otlp-app'));
    if (pod) pod.metadata = { ...pod.metadata, namespace: 'staging', labels: { app: 'otlp-app', tier: 'web' } };
    if (pod) snapshot.objects.pods.push(pod);
    expect(roots(snapshot)).toEqual(['service-selector-matches-nothing']);
  });

  it.each([
    ['has no selector: its endpoints are made by hand', {}],
    [
      'is an alias for a name outside',
      { type: 'ExternalName', externalName: 'otlp.example.com', selector: { app: 'x' } },
    ],
  ])('is well when it %s', (_, spec) => {
    const snapshot = healthyNamespace();
    serviceOf(snapshot, 'otlp-app-service').spec = spec;
    expect(codes(snapshot)).not.toContain('service-selector-matches-nothing');
  });
});

describe('a Service without ready endpoints', () => {
  it('is a symptom of its pods', () => {
    const snapshot = healthyNamespace();
    crashLoop(snapshot, podsOf(snapshot, 'otlp-app'));
    expect(roots(snapshot)).toEqual(['container-exit-error']);
    expect(codes(snapshot)).toContain('service-no-ready-endpoints');
  });

  it('has some while one pod is left, or where unready ones serve too', () => {
    const one = healthyNamespace();
    crashLoop(one, podsOf(one, 'otlp-app').slice(0, 1));
    expect(codes(one)).not.toContain('service-no-ready-endpoints');
    const all = healthyNamespace();
    serviceOf(all, 'otlp-app-service').spec.publishNotReadyAddresses = true;
    crashLoop(all, podsOf(all, 'otlp-app'));
    expect(codes(all)).not.toContain('service-no-ready-endpoints');
  });

  it('has some where the condition is not set: that counts as ready', () => {
    const snapshot = healthyNamespace();
    for (const slice of snapshot.objects.endpointslices)
      for (const each of slice.endpoints ?? []) delete each.conditions;
    expect(codes(snapshot)).toEqual([]);
  });

  it('will have some, where a pod has just become ready', () => {
    const readySince = (minutes: number) => {
      const snapshot = healthyNamespace();
      for (const { status } of podsOf(snapshot, 'otlp-app'))
        for (const each of status?.conditions ?? []) if (each.type === 'Ready') each.lastTransitionTime = ago(minutes);
      for (const slice of snapshot.objects.endpointslices)
        if (slice.metadata.name.startsWith('otlp-app')) slice.endpoints = [];
      return snapshot;
    };
    expect(codes(readySince(0.1))).toEqual([]);
    expect(roots(readySince(5))).toEqual(['service-no-ready-endpoints']);
  });

  it('is told by its pods where EndpointSlices could not be read', () => {
    const snapshot = healthyNamespace();
    snapshot.objects.endpointslices = [];
    snapshot.coverage.notChecked.push({ check: 'endpointslices', why: 'forbidden' });
    expect(codes(snapshot)).toEqual([]);
    crashLoop(snapshot, podsOf(snapshot, 'otlp-app'));
    expect(roots(snapshot)).toEqual(['container-exit-error']);
    expect(codes(snapshot)).toContain('service-no-ready-endpoints');
  });
});

describe('a targetPort that the pods do not have', () => {
  const sendingTo = (targetPort: number | string) => {
    const snapshot = healthyNamespace();
    serviceOf(snapshot, 'otlp-app-service').spec.ports = [{ name: 'http', port: 80, targetPort, protocol: 'TCP' }];
    return snapshot;
  };

  it('is certain for a name and likely for a number', () => {
    for (const [port, confidence] of [
      ['web', 'certain'],
      [8081, 'likely'],
    ] as const) {
      expect(roots(sendingTo(port))).toEqual(['service-target-port-mismatch']);
      expect(findingOf(sendingTo(port), 'service-target-port-mismatch')).toMatchObject({ confidence, severity: 'P0' });
      expect(judge(sendingTo(port)).verdict).toBe('failed');
    }
  });

  it.each([8080, 'http', '8080'])('is none for %s', (port) => {
    expect(codes(sendingTo(port))).toEqual([]);
  });

  it('is the Service port itself where none is written', () => {
    const snapshot = healthyNamespace();
    serviceOf(snapshot, 'otlp-app-service').spec.ports = [{ port: 80 }];
    expect(roots(snapshot)).toEqual(['service-target-port-mismatch']);
  });

  it('is told apart by protocol', () => {
    const snapshot = healthyNamespace();
    serviceOf(snapshot, 'otlp-app-service').spec.ports = [{ port: 80, targetPort: 8080, protocol: 'UDP' }];
    expect(roots(snapshot)).toEqual(['service-target-port-mismatch']);
  });

  it('may be that of a sidecar among the init containers', () => {
    const snapshot = everWith(sendingTo('proxy'), 'otlp-app', (_, spec) => {
      spec.initContainers = [
        { name: 'proxy', restartPolicy: 'Always', ports: [{ name: 'proxy', containerPort: 15001 }] },
      ];
    });
    expect(codes(snapshot)).not.toContain('service-target-port-mismatch');
  });

  it('is no fault where the containers declare no port at all, or only one more port is not declared', () => {
    const silent = everWith(sendingTo(9000), 'otlp-app', (container) => {
      container.ports = [];
    });
    expect(roots(silent)).toEqual([]);
    const more = healthyNamespace();
    serviceOf(more, 'otlp-app-service').spec.ports?.push({ name: 'metrics', port: 9090, targetPort: 9090 });
    expect(findingOf(more, 'service-target-port-mismatch').severity).toBe('P3');
    expect(roots(more)).toEqual([]);
  });

  it('is a fault where the application sends its telemetry to that very port', () => {
    const snapshot = healthyNamespace();
    serviceOf(snapshot, 'otel-collector').spec.ports = [
      { name: 'otlp-grpc', port: 4317, targetPort: 14317 },
      { name: 'otlp-http', port: 4318, targetPort: 4318 },
    ];
    expect(judge(snapshot)).toMatchObject({
      verdict: 'degraded',
      rootCauses: [{ code: 'service-target-port-mismatch', severity: 'P1' }],
    });
  });

  it('is grave for the target alone, and where no port of the Service leads anywhere', () => {
    const half = sendingTo('web');
    serviceOf(half, 'otlp-app-service').spec.ports?.push({ name: 'api', port: 8080, targetPort: 'http' });
    expect(judge(half)).toMatchObject({ verdict: 'degraded', rootCauses: [{ severity: 'P1' }] });

    const collector = healthyNamespace();
    for (const port of serviceOf(collector, 'otel-collector').spec.ports ?? []) port.targetPort = 'otlp';
    expect(judge(collector)).toMatchObject({ verdict: 'degraded', rootCauses: [{ severity: 'P1' }] });
  });
});

describe('a Service that is not there', () => {
  const without = (name: string) => {
    const snapshot = healthyNamespace();
    snapshot.objects.services = snapshot.objects.services.filter(({ metadata }) => metadata.name !== name);
    return snapshot;
  };

  it('is the root where the target names it', () => {
    expect(roots(without('otlp-app-service'))).toEqual(['service-missing']);
    expect(roots(without('otlp-app-service'), wholeNamespace())).toEqual([]);
    expect(codes(healthyNamespace(), sandboxTarget({ service: 'shop' }))).toEqual(['service-missing']);
  });

  it('is why the endpoint of the application leads nowhere', () => {
    const snapshot = without('otel-collector');
    expect(roots(snapshot)).toEqual(['service-missing']);
    expect(findingOf(snapshot, 'otlp-endpoint-unknown-host').explainedBy).toBe(
      findingOf(snapshot, 'service-missing').fingerprint,
    );
  });

  it('cannot be told where Services could not be read', () => {
    const snapshot = without('otlp-app-service');
    snapshot.coverage.notChecked.push({ check: 'services', why: 'forbidden' });
    expect(codes(snapshot)).toEqual([]);
    expect(deploymentOf(snapshot, 'otlp-app')).toBeDefined();
  });
});
