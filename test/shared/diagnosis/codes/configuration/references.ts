import type { Snapshot } from '#shared/domain/snapshot.ts';
import { event, everWith, podsOf, rollOut, waiting } from '#test/support/faults.ts';
import { healthyNamespace, NAMESPACE } from '#test/support/namespace.ts';
import { type Cases, the } from '../case.ts';
import { notCreated, notMounted } from './not-started.ts';
import { wantedMap, wantedMapKey } from './wanted.ts';

/* The words of the kubelet: pkg/kubelet/kubelet_pods.go, pkg/volume/{configmap,secret,projected}. */

const unreadMaps = { why: 'ConfigMaps may not be read', unread: ['configmaps'] } as const;

function withoutMap(snapshot: Snapshot, name: string): Snapshot {
  snapshot.objects.configmaps = snapshot.objects.configmaps.filter(({ metadata }) => metadata.name !== name);
  snapshot.configFacts = snapshot.configFacts.filter(({ configMap }) => configMap !== name);
  return snapshot;
}

/** The template asks for a key of a ConfigMap as a file. */
const withItem = (snapshot: Snapshot, key: string): Snapshot =>
  everWith(snapshot, 'otlp-app', (_, spec) => {
    spec.volumes = [{ name: 'config', configMap: { name: 'otlp-app-config', items: [{ key, path: 'app.yaml' }] } }];
  });

/** The template takes a variable from a ConfigMap. */
const withVariable = (snapshot: Snapshot, name: string, key: string, optional = false): Snapshot =>
  everWith(snapshot, 'otlp-app', ({ env }) => {
    env?.push({ name: 'MODE', valueFrom: { configMapKeyRef: { name, key, ...(optional && { optional }) } } });
  });

const NO_MAP = 'MountVolume.SetUp failed for volume "config" : configmap "otlp-app-config" not found';

/** ConfigMaps that the pods are given by name, and are not there. */
export const references = {
  'configmap-missing': {
    positive: [
      {
        when: 'a variable comes from it',
        at: the('ConfigMap', 'otlp-app-mode'),
        severity: 'P0',
        shows: 'configmap "otlp-app-mode" not found',
        build: () =>
          notCreated(withVariable(healthyNamespace(), 'otlp-app-mode', 'mode'), 'configmap "otlp-app-mode" not found'),
      },
      {
        when: 'it is a volume',
        at: the('ConfigMap', 'otlp-app-config'),
        severity: 'P0',
        shows: NO_MAP,
        build: () => notMounted(withoutMap(healthyNamespace(), 'otlp-app-config'), NO_MAP),
      },
      {
        when: 'only a part of a projected volume',
        at: the('ConfigMap', 'otlp-app-more'),
        severity: 'P0',
        build: () => {
          const snapshot = everWith(healthyNamespace(), 'otlp-app', (_, spec) => {
            spec.volumes = [
              {
                name: 'config',
                projected: {
                  sources: [{ configMap: { name: 'otlp-app-config' } }, { configMap: { name: 'otlp-app-more' } }],
                },
              },
            ];
          });
          return notMounted(
            snapshot,
            'MountVolume.SetUp failed for volume "config" : configmap "otlp-app-more" not found',
          );
        },
      },
      {
        when: 'it was deleted, and the pods that have it run on',
        at: the('ConfigMap', 'otlp-app-config'),
        severity: 'P2',
        build: () => withoutMap(healthyNamespace(), 'otlp-app-config'),
      },
      {
        when: 'the newest revision names another, which is not there',
        at: the('ConfigMap', 'otlp-app-config-v2'),
        severity: 'P2',
        build: () => {
          const snapshot = healthyNamespace();
          const made = rollOut(snapshot, 'otlp-app', (_, spec) => {
            spec.volumes = [{ name: 'config', configMap: { name: 'otlp-app-config-v2' } }];
          });
          const message = 'MountVolume.SetUp failed for volume "config" : configmap "otlp-app-config-v2" not found';
          event(snapshot, made, 'FailedMount', message);
          return waiting(snapshot, [made], 'ContainerCreating');
        },
      },
      ...wantedMap,
    ],
    nearMiss: [
      {
        why: 'it may be absent',
        roots: [],
        build: () => withVariable(healthyNamespace(), 'otlp-app-mode', 'mode', true),
      },
      {
        why: 'the kubelet has only not heard of it yet, and the pod has started since',
        roots: [],
        build: () => {
          const snapshot = healthyNamespace();
          const says = `MountVolume.SetUp failed for volume "config" : object "${NAMESPACE}"/"otlp-app-config" not registered`;
          for (const pod of podsOf(snapshot, 'otlp-app')) event(snapshot, pod, 'FailedMount', says, { last: 4 });
          return snapshot;
        },
      },
      {
        why: 'it is there, and lacks the key',
        roots: ['configmap-key-missing'],
        build: () => withItem(healthyNamespace(), 'app.yaml'),
      },
    ],
    notApplicable: [{ ...unreadMaps, build: () => withoutMap(healthyNamespace(), 'otlp-app-config') }],
  },
  'configmap-key-missing': {
    positive: [
      {
        when: 'a variable comes from it',
        at: the('ConfigMap', 'otlp-app-config'),
        severity: 'P0',
        shows: "couldn't find key mode in ConfigMap otlp-system/otlp-app-config",
        build: () =>
          notCreated(
            withVariable(healthyNamespace(), 'otlp-app-config', 'mode'),
            `couldn't find key mode in ConfigMap ${NAMESPACE}/otlp-app-config`,
          ),
      },
      {
        when: 'it is a file of a volume',
        at: the('ConfigMap', 'otlp-app-config'),
        severity: 'P0',
        shows: 'references non-existent config key: app.yaml',
        build: () =>
          notMounted(
            withItem(healthyNamespace(), 'app.yaml'),
            'MountVolume.SetUp failed for volume "config" : configmap references non-existent config key: app.yaml',
          ),
      },
      ...wantedMapKey,
    ],
    nearMiss: [
      {
        why: 'the key may be absent',
        roots: [],
        build: () => withVariable(healthyNamespace(), 'otlp-app-config', 'mode', true),
      },
      {
        why: 'it holds the key in binary',
        roots: [],
        build: () => {
          const snapshot = withItem(healthyNamespace(), 'logo.png');
          const map = snapshot.objects.configmaps.find(({ metadata }) => metadata.name === 'otlp-app-config');
          if (map) map.binaryData = { 'logo.png': 'iVBORw0KGgo=' };
          return snapshot;
        },
      },
    ],
    notApplicable: [{ ...unreadMaps, build: () => withItem(healthyNamespace(), 'app.yaml') }],
  },
} satisfies Cases;
