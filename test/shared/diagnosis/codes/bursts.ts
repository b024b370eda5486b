import { addLog, podsOf, setState, unready } from '#test/support/faults.ts';
import { ago, healthyNamespace } from '#test/support/namespace.ts';
import { type Cases, inPodsOf, type NearMiss } from './case.ts';

interface Said {
  /** minutes before the snapshot at which the log begins */
  since?: number;
  /** and at which the burst does */
  burst?: number;
  count?: number;
  level?: string;
  words?: string;
}

/** One request a minute, and so many records within ten seconds. */
function log({
  since = 40,
  burst = 5,
  count = 30,
  level = 'ERROR',
  words = 'payment provider answered 503',
}: Said): string {
  const usual = Array.from({ length: since }, (_, index) => `${ago(since - index)} INFO GET /orders 200`);
  const start = Date.parse(ago(burst));
  const burstLines = Array.from(
    { length: count },
    (_, index) => `${new Date(start + index * 300).toISOString()} ${level} ${words}, order ${index}`,
  );
  return [...usual, ...burstLines].toSorted().join('\n');
}

const logging = (said: Said = {}) => {
  const snapshot = healthyNamespace();
  const [pod] = podsOf(snapshot, 'otlp-app');
  return pod ? addLog(snapshot, pod, log(said)) : snapshot;
};

const silent = (why: string, said: Said): NearMiss => ({ why, roots: [], build: () => logging(said) });

/** Errors that come much faster than usual. */
export const bursts = {
  'log-error-burst': {
    positive: [
      {
        when: 'thirty errors within ten seconds, five minutes ago',
        at: inPodsOf('otlp-app', 'app'),
        as: 'advice',
        shows: 'payment provider answered 503',
        build: logging,
      },
      {
        when: 'they tell of a name that does not resolve, which has a code of its own',
        at: inPodsOf('otlp-app', 'app'),
        as: 'symptom of dns-resolution-failing',
        severity: 'P3',
        build: () => logging({ words: 'getaddrinfo ENOTFOUND api.example.com' }),
      },
      {
        when: 'the pods are not ready since',
        at: inPodsOf('otlp-app', 'app'),
        as: 'symptom of readiness-probe-failing',
        severity: 'P3',
        build: () => {
          const snapshot = logging();
          return unready(
            snapshot,
            podsOf(snapshot, 'otlp-app'),
            'Readiness probe failed: HTTP probe failed with statuscode: 503',
          );
        },
      },
    ],
    nearMiss: [
      silent('half an hour ago is history', { burst: 30 }),
      silent('nine errors are a bad moment', { count: 9 }),
      silent('what comes fast is no failure', { level: 'INFO' }),
      {
        why: 'while it started, before what it needs was there',
        roots: [],
        build: () => {
          const snapshot = logging({ since: 6, burst: 5 });
          const pods = podsOf(snapshot, 'otlp-app');
          return setState(snapshot, pods, { ready: true, state: { running: { startedAt: ago(5.5) } } }, 4);
        },
      },
      {
        why: 'errors come all the time',
        roots: [],
        build: () => {
          const snapshot = healthyNamespace();
          const lines = Array.from(
            { length: 300 },
            (_, index) => `${ago((300 - index) / 20)} ERROR order ${index} has no address`,
          );
          for (const pod of podsOf(snapshot, 'otlp-app')) addLog(snapshot, pod, lines.join('\n'));
          return snapshot;
        },
      },
    ],
    notApplicable: [{ why: 'logs may not be read', unread: ['logs'] }],
  },
} satisfies Cases;
