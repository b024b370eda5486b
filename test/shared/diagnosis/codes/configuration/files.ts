import type { Snapshot } from '#shared/domain/snapshot.ts';
import { configFactsOf } from '#shared/snapshot/config-facts.ts';
import { addLog, configMapOf, crashLoop, everWith, podsOf } from '#test/support/faults.ts';
import { ago, healthyNamespace, NAMESPACE } from '#test/support/namespace.ts';
import { type Cases, type Positive, the } from '../case.ts';

const config = the('ConfigMap', 'otlp-app-config');
const app = the('Deployment', 'otlp-app');
const unreadMaps = { why: 'ConfigMaps may not be read', unread: ['configmaps'] } as const;

/** Somebody has edited a file of the application; what of it parses is established as by a real snapshot. */
function edited(file: string, text: string, minutes = 15): Snapshot {
  const snapshot = healthyNamespace();
  const map = configMapOf(snapshot, 'otlp-app-config');
  map.data = { [file]: text };
  map.metadata.managedFields = [{ manager: 'kubectl-edit', operation: 'Update', time: ago(minutes) }];
  snapshot.configFacts = snapshot.objects.configmaps.flatMap(configFactsOf);
  return snapshot;
}

const crashing = (snapshot: Snapshot, log: string, exitCode = 1): Snapshot =>
  crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { exitCode, log });

const ends = (when: string, file: string, text: string, log: string): Positive => ({
  when,
  at: config,
  severity: 'P0',
  build: () => crashing(edited(file, text), log),
});

/** The file parses by its format as it is today, and the program's reader takes an older one. */
const refusedBy = (when: string, file: string, text: string, log: string): Positive => ({
  ...ends(when, file, text, log),
  shows: file,
});

const TABS = 'server:\n\tport: 8080\n';
const GO_YAML = 'panic: yaml: line 2: found character that cannot start any token';
const UNCLOSED = '[server]\nhost = "0.0.0.0\nport = 8080\n';
const RUST_TOML = `Error: TOML parse error at line 2, column 16
  |
2 | host = "0.0.0.0
  |                ^
invalid basic string`;
const COMMA = '{\n  "port": 8080,\n}\n';
const NODE_JSON = `/app/config.js:4
SyntaxError: Expected double-quoted property name in JSON at position 18 (line 3 column 1)
    at JSON.parse (<anonymous>)
    at Object.<anonymous> (/app/config.js:4:21)`;

const well = (file: string, text: string) => ({
  why: 'it parses, and the program ends for another reason',
  roots: ['container-exit-error' as const],
  build: () => crashing(edited(file, text, 60 * 24 * 8), 'Error: no such flag --port'),
});

const unusedMap = (file: string, text: string) => ({
  why: 'nobody reads the file',
  roots: [],
  build: () => {
    const snapshot = healthyNamespace();
    snapshot.objects.configmaps.push({
      metadata: { name: 'leftover', namespace: NAMESPACE },
      data: { [file]: text },
    });
    snapshot.configFacts = snapshot.objects.configmaps.flatMap(configFactsOf);
    return snapshot;
  },
});

const inVariable = (name: string, value: string, log?: string): Snapshot => {
  const snapshot = everWith(healthyNamespace(), 'otlp-app', (container) => {
    container.env = [...(container.env ?? []).filter((each) => each.name !== name), { name, value }];
  });
  return log === undefined ? snapshot : crashing(snapshot, log);
};

const telemetry = (when: string, name: string, value: string): Positive => ({
  when,
  at: app,
  severity: 'P2',
  shows: value,
  build: () => inVariable(name, value),
});

/** A ConfigMap that the application mounts, with so many bytes. */
function sized(data: Record<string, string>, mounted = true): Snapshot {
  const snapshot = healthyNamespace();
  snapshot.objects.configmaps.push({ metadata: { name: 'tables', namespace: NAMESPACE }, data });
  if (!mounted) return snapshot;
  return everWith(snapshot, 'otlp-app', (_, spec) => {
    spec.volumes?.push({ name: 'tables', configMap: { name: 'tables' } });
  });
}

const KIB = 1024;

/** The Secret of the application was written again a while ago; what it holds is in variables. */
function rotated(minutes: number): Snapshot {
  const snapshot = healthyNamespace();
  for (const secret of snapshot.secrets) secret.changedAt = ago(minutes);
  return snapshot;
}

/** Files and variables whose content is wrong. */
export const files = {
  'config-yaml-invalid': {
    positive: [
      ends('indented by tabs', 'config.yaml', TABS, GO_YAML),
      ends(
        'a key stands twice',
        'config.yaml',
        'server:\n  port: 8080\nserver:\n  host: 0.0.0.0\n',
        'yaml: unmarshal errors:\n  line 3: mapping key "server" already defined at line 1',
      ),
      refusedBy(
        'only its own reader refuses it',
        'config.yaml',
        'mode: !env MODE\n',
        'Traceback (most recent call last):\n  File "/app/main.py", line 4, in <module>\n    yaml.safe_load(open(path))\nyaml.constructor.ConstructorError: could not determine a constructor for the tag \'!env\'\n  in "/etc/otlp-app/config.yaml", line 1, column 7',
      ),
      {
        when: 'the pods that run have not had to read it yet',
        at: config,
        severity: 'P2',
        build: () => edited('config.yaml', TABS),
      },
      {
        when: 'the pods have started with it and are well',
        at: config,
        as: 'advice',
        build: () => edited('config.yaml', TABS, 60 * 24 * 9),
      },
    ],
    nearMiss: [well('config.yaml', 'server:\n  port: 8080\n'), unusedMap('config.yaml', TABS)],
    notApplicable: [unreadMaps, { why: 'logs may not be read', unread: ['logs'], build: healthyNamespace }],
  },
  'config-toml-invalid': {
    positive: [ends('a string is not closed', 'config.toml', UNCLOSED, RUST_TOML)],
    nearMiss: [well('config.toml', '[server]\nport = 8080\n'), unusedMap('config.toml', UNCLOSED)],
    notApplicable: [unreadMaps],
  },
  'config-json-invalid': {
    positive: [
      ends('a comma too many', 'config.json', COMMA, NODE_JSON),
      ends(
        'the same in Go',
        'config.json',
        COMMA,
        "parse config.json: invalid character '}' looking for beginning of object key string",
      ),
    ],
    nearMiss: [well('config.json', '{"port": 8080}'), unusedMap('config.json', COMMA)],
    notApplicable: [unreadMaps],
  },
  'config-size-limit': {
    positive: [
      {
        when: 'text',
        at: the('ConfigMap', 'tables'),
        as: 'advice',
        shows: '1000 KiB of 1024',
        build: () => sized({ 'rates.csv': 'x'.repeat(1000 * KIB) }),
      },
      {
        when: 'each letter takes two bytes',
        at: the('ConfigMap', 'tables'),
        as: 'advice',
        shows: '1000 KiB of 1024',
        build: () => sized({ 'names.csv': 'ж'.repeat(500 * KIB) }),
      },
    ],
    nearMiss: [
      { why: 'half is free', roots: [], build: () => sized({ 'rates.csv': 'x'.repeat(512 * KIB) }) },
      {
        why: 'nobody uses it, so nobody will change it',
        roots: [],
        build: () => sized({ 'rates.csv': 'x'.repeat(1000 * KIB) }, false),
      },
    ],
    notApplicable: [unreadMaps],
  },
  'config-env-invalid': {
    positive: [
      telemetry('a protocol that is none', 'OTEL_EXPORTER_OTLP_PROTOCOL', 'http'),
      telemetry('a time with its unit', 'OTEL_BSP_SCHEDULE_DELAY', '5s'),
      telemetry('a switch that says yes', 'OTEL_SDK_DISABLED', 'yes'),
      telemetry('an endpoint that is no URL', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'http://otel-collector:port'),
      {
        when: 'a port that is no number, and the program ends for it',
        at: app,
        severity: 'P0',
        shows: '80a',
        build: () => inVariable('PORT', '80a', "ValueError: invalid literal for int() with base 10: '80a'"),
      },
      {
        when: 'a port that is too high, and it runs',
        at: app,
        as: 'advice',
        build: () => inVariable('HTTP_PORT', '80800'),
      },
    ],
    nearMiss: [
      { why: 'that is a number', roots: [], build: () => inVariable('OTEL_BSP_SCHEDULE_DELAY', '5000') },
      { why: 'it is empty: not set', roots: [], build: () => inVariable('PORT', '') },
      {
        why: 'it is made of others',
        roots: [],
        build: () => inVariable('OTEL_EXPORTER_OTLP_TIMEOUT', '$(EXPORT_TIMEOUT)'),
      },
      { why: 'it is a URL of a database, called after its port', roots: [], build: () => inVariable('DB_PORT', 'tcp') },
    ],
    notApplicable: [{ why: 'Deployments may not be read', unread: ['deployments'] }],
  },
  'config-stale-in-pods': {
    positive: [
      { when: 'a Secret in variables was changed', at: app, as: 'advice', build: () => rotated(30) },
      {
        when: 'the old password is refused',
        at: app,
        severity: 'P0',
        shows: 'password authentication failed',
        build: () => {
          const snapshot = rotated(30);
          const line = 'ERROR db: pq: password authentication failed for user "orders"';
          for (const pod of podsOf(snapshot, 'otlp-app')) {
            addLog(snapshot, pod, [3, 2, 1].map((minutes) => `${ago(minutes)} ${line}`).join('\n'));
            for (const condition of pod.status?.conditions ?? [])
              if (/Ready$/.test(condition.type))
                Object.assign(condition, { status: 'False', lastTransitionTime: ago(25) });
            for (const status of pod.status?.containerStatuses ?? []) status.ready = false;
          }
          for (const each of snapshot.objects.deployments.slice(0, 1))
            Object.assign(each.status ?? {}, { availableReplicas: 0, readyReplicas: 0 });
          return snapshot;
        },
      },
    ],
    nearMiss: [
      { why: 'the pods were started after that', roots: [], build: () => rotated(60 * 24 * 3) },
      {
        why: 'the kubelet brings it into the volume',
        roots: [],
        build: () => {
          const snapshot = edited('config.yaml', 'server:\n  port: 8080\n', 20);
          return snapshot;
        },
      },
    ],
    notApplicable: [{ why: 'Secrets may not be read', unread: ['secrets'] }],
  },
} satisfies Cases;
