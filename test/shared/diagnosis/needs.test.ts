import { describe, expect, it } from 'vitest';
import type { Snapshot } from '#shared/domain/snapshot.ts';
import { codes, findingOf, judge, roots } from '#test/support/diagnosing.ts';
import { configMapOf, containerOf, deploymentOf, podsOf, serviceOf, unready } from '#test/support/faults.ts';
import { healthyNamespace } from '#test/support/namespace.ts';

const UNWELL = 'Readiness probe failed: HTTP probe failed with statuscode: 503';

/** A store beside the app that somebody has scaled to zero. */
function withSleepingStore(snapshot = healthyNamespace(), namespace = 'otlp-system'): Snapshot {
  const store = structuredClone(deploymentOf(snapshot, 'otel-collector'));
  store.metadata = { name: 'session-store', namespace, uid: 'uid-session-store' };
  store.spec = { ...store.spec, replicas: 0, selector: { matchLabels: { app: 'session-store' } } };
  store.spec.template = {
    metadata: { labels: { app: 'session-store' } },
    spec: { containers: [{ name: 'store', image: 'session-store:7', resources: { requests: {}, limits: {} } }] },
  };
  store.status = { observedGeneration: store.metadata.generation ?? 0 };
  const service = structuredClone(serviceOf(snapshot, 'otlp-app-service'));
  service.metadata = { name: 'session-store', namespace, uid: 'uid-service-store' };
  service.spec = { ...service.spec, selector: { app: 'session-store' }, ports: [{ port: 6379 }] };
  snapshot.objects.deployments.push(store);
  snapshot.objects.services.push(service);
  return snapshot;
}

const askedIn: Record<string, (snapshot: Snapshot) => void> = {
  'a variable': (snapshot) => {
    containerOf(snapshot, 'otlp-app').env?.push({ name: 'STORE_URL', value: 'redis://:***@session-store:6379/0' });
  },
  'a mounted file': (snapshot) => {
    configMapOf(snapshot, 'otlp-app-config').data = { 'config.toml': '[store]\nurl = "redis://session-store:6379"\n' };
  },
  'a variable with nothing but its host': (snapshot) => {
    containerOf(snapshot, 'otlp-app').env?.push({ name: 'REDIS_HOST', value: 'session-store' });
  },
  'the name of one of its pods': (snapshot) => {
    const value = 'redis://session-store-0.session-store:6379';
    containerOf(snapshot, 'otlp-app').env?.push({ name: 'STORE_URL', value });
  },
  'a list of hosts': (snapshot) => {
    containerOf(snapshot, 'otlp-app').env?.push({ name: 'REDIS_NODES', value: 'cache-a,session-store' });
  },
  'a list of members with their numbers': (snapshot) => {
    const value = '0:session-store-0.session-store:6379,1:session-store-1.session-store:6379';
    containerOf(snapshot, 'otlp-app').env?.push({ name: 'BACKEND_NODES', value });
  },
  'a connection string of keys': (snapshot) => {
    const value = 'Server=tcp:session-store,6379;User=app';
    containerOf(snapshot, 'otlp-app').env?.push({ name: 'CONNECTION', value });
  },
  'a key of a mounted file': (snapshot) => {
    configMapOf(snapshot, 'otlp-app-config').data = { 'app.yaml': 'redis:\n  host: "session-store"\n  port: 6379\n' };
  },
  'a driver of Java': (snapshot) => {
    const value = 'jdbc:postgresql://session-store:5432/orders?user=app';
    containerOf(snapshot, 'otlp-app').env?.push({ name: 'SPRING_DATASOURCE_URL', value });
  },
  'the command': (snapshot) => {
    containerOf(snapshot, 'otlp-app').command = ['app', '--store', 'redis://session-store:6379'];
  },
  'a projected file': (snapshot) => {
    configMapOf(snapshot, 'otlp-app-config').data = { 'config.toml': 'url = "redis://session-store:6379"\n' };
    for (const volume of deploymentOf(snapshot, 'otlp-app').spec?.template?.spec?.volumes ?? [])
      if (volume.configMap) {
        volume.projected = { sources: [{ configMap: volume.configMap }] };
        delete volume.configMap;
      }
  },
  'host:port': (snapshot) => {
    containerOf(snapshot, 'otlp-app').args = ['--store=session-store:6379'];
  },
};

describe('a dependency without a ready endpoint', () => {
  it.each(Object.keys(askedIn))('is the root cause when %s names it and the app says that it is not well', (place) => {
    const snapshot = withSleepingStore();
    askedIn[place]?.(snapshot);
    unready(snapshot, podsOf(snapshot, 'otlp-app'), UNWELL);
    expect(roots(snapshot)).toEqual(['deployment-scaled-to-zero']);
    expect(findingOf(snapshot, 'deployment-scaled-to-zero').subject.name).toBe('session-store');
    const [asked] = judge(snapshot).findings.filter(
      ({ code, subject }) => code === 'service-no-ready-endpoints' && subject.name === 'session-store',
    );
    expect(asked?.evidence.map(({ value }) => value).join()).toContain('session-store');
  });

  it('is the root cause too where no event tells what the probe has met', () => {
    const snapshot = withSleepingStore();
    askedIn['a variable']?.(snapshot);
    unready(snapshot, podsOf(snapshot, 'otlp-app'));
    expect(roots(snapshot)).toEqual(['deployment-scaled-to-zero']);
  });

  it('is nobody’s trouble while the app is well', () => {
    const snapshot = withSleepingStore();
    askedIn['a variable']?.(snapshot);
    expect(codes(snapshot)).toEqual(codes(healthyNamespace()));
  });

  it('does not explain an app that hangs instead of answering', () => {
    const snapshot = withSleepingStore();
    askedIn['a variable']?.(snapshot);
    unready(
      snapshot,
      podsOf(snapshot, 'otlp-app'),
      'Readiness probe failed: Get "http://x": context deadline exceeded',
    );
    expect(roots(snapshot)).toContain('readiness-probe-failing');
  });

  it('means nothing to an app that does not name it', () => {
    const snapshot = withSleepingStore();
    unready(snapshot, podsOf(snapshot, 'otlp-app'), UNWELL);
    expect(roots(snapshot)).toEqual(['readiness-probe-failing']);
  });

  it.each(['a-', 'a.b@', '://', 'x'])('is looked for in a long file of %s without getting lost', (piece) => {
    const snapshot = withSleepingStore();
    configMapOf(snapshot, 'otlp-app-config').data = { 'config.toml': `text = "${piece.repeat(200_000)}"\n` };
    unready(snapshot, podsOf(snapshot, 'otlp-app'), UNWELL);
    expect(roots(snapshot)).toEqual(['readiness-probe-failing']);
  });
});
