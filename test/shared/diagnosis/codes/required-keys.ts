import { addLog, crashLoop, everWith, podsOf } from '#test/support/faults.ts';
import { healthyNamespace } from '#test/support/namespace.ts';
import { type Cases, type Positive, unreadable } from './case.ts';

const at = { subject: { kind: 'Deployment', name: 'otlp-app', container: 'app' } };

const ends = (log: string, exitCode = 1) => {
  const snapshot = healthyNamespace();
  return crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { exitCode, log });
};

const lacking = (when: string, log: string, key = 'DATABASE_URL'): Positive => ({
  when,
  at,
  severity: 'P0',
  shows: key,
  build: () => ends(log),
});

/** Settings that a program must have, as it says itself when it ends for want of them. */
export const requiredKeys = {
  'config-required-key-missing': {
    positive: [
      lacking('Go, envconfig', 'panic: required key DATABASE_URL missing value'),
      lacking('Go, caarlos0/env', 'FATAL env: required environment variable "DATABASE_URL" is not set'),
      lacking(
        'Node, by hand',
        'Error: Missing required environment variable: DATABASE_URL\n    at load (/app/config.js:4:11)',
      ),
      lacking('Prisma', 'error: Environment variable not found: DATABASE_URL.'),
      lacking(
        'Python',
        'Traceback (most recent call last):\n  File "/app/main.py", line 3, in <module>\n    url = os.environ["DATABASE_URL"]\n  File "<frozen os>", line 685, in __getitem__\nKeyError: \'DATABASE_URL\'',
      ),
      lacking(
        'pydantic-settings',
        'pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings\ndatabase_url\n  Field required [type=missing, input_value={}, input_type=dict]',
        'database_url',
      ),
      lacking('Ruby', 'config.rb:3:in `fetch\': key not found: "DATABASE_URL" (KeyError)'),
      lacking(
        'Spring',
        'Caused by: java.lang.IllegalArgumentException: Could not resolve placeholder \'db.url\' in value "${db.url}"',
        'db.url',
      ),
      lacking(
        'Quarkus',
        'ERROR SRCFG00014: The config property shop.db.url is required but it could not be found in any config source',
        'shop.db.url',
      ),
      lacking('Rust, serde over a file', 'Error: /etc/app/config.toml: missing field `database_url`', 'database_url'),
      lacking('a shell with set -u', '/entrypoint.sh: line 7: DATABASE_URL: unbound variable'),
      lacking(
        'the entrypoint of PostgreSQL',
        'Error: Database is uninitialized and superuser password is not specified.\n       You must specify POSTGRES_PASSWORD to a non-empty value for the\n       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".',
        'superuser password is not specified',
      ),
      {
        when: 'the variable is there, and its Secret has nothing under the key',
        at,
        severity: 'P0',
        shows: 'key api-key of secret otlp-app-secrets',
        build: () => ends('Error: API_KEY must be set'),
      },
    ],
    nearMiss: [
      {
        why: 'what data of customers lacks is no setting',
        roots: ['container-exit-error'],
        build: () => ends('Error: order 7: missing field `tenant`'),
      },
      {
        why: 'the variable has a value: another process is meant',
        roots: ['container-exit-error'],
        build: () =>
          everWith(ends('FATAL worker: DATABASE_URL is not set'), 'otlp-app', (container) => {
            container.env?.push({ name: 'DATABASE_URL', value: 'postgres://orders-db/orders' });
          }),
      },
      {
        why: 'it runs, and does without',
        roots: [],
        build: () => {
          const snapshot = healthyNamespace();
          for (const pod of podsOf(snapshot, 'otlp-app')) addLog(snapshot, pod, 'WARN SENTRY_DSN is not set');
          return snapshot;
        },
      },
      {
        why: 'it says so at info, and ends for another reason',
        roots: ['container-exit-error'],
        build: () => ends('INFO SENTRY_DSN is not set\nERROR listen tcp :8080: bind: address already in use'),
      },
      {
        why: 'a Collector says it in words of its own',
        build: () => {
          const snapshot = healthyNamespace();
          return crashLoop(snapshot, podsOf(snapshot, 'otel-collector'), {
            log: 'Error: invalid configuration: exporters::otlp: missing required configuration key endpoint',
          });
        },
      },
    ],
    notApplicable: [
      { why: 'pods may not be read', unread: ['pods'] },
      { why: 'logs may not be read', build: () => unreadable(ends('Error: API_KEY must be set'), ['logs']) },
    ],
  },
} satisfies Cases;
