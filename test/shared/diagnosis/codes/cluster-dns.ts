import { API_SILENT, UPSTREAM_SILENT, withCoreDns } from '#test/support/cluster-dns.ts';
import { addLog, podsOf } from '#test/support/faults.ts';
import { ago, healthyNamespace, wholeNamespace } from '#test/support/namespace.ts';
import { type Cases, the } from './case.ts';

const times = (count: number, line: string): string[] => Array.from({ length: count }, () => line);
const at = the('Deployment', 'coredns');

/** The application says three times that it cannot resolve. */
const missed = (snapshot: ReturnType<typeof healthyNamespace>, line: string) => {
  for (const pod of podsOf(snapshot, 'otlp-app'))
    addLog(snapshot, pod, [3, 2, 1].map((minutes) => `${ago(minutes)} ERROR ${line}`).join('\n'));
  return snapshot;
};

/** What the servers of the cluster DNS complain of while they run. */
export const clusterDns = {
  'dns-coredns-errors': {
    positive: [
      {
        when: 'the server that it forwards to is silent, and nobody suffers yet',
        at,
        as: 'advice',
        shows: 'i/o timeout',
        build: () => withCoreDns(healthyNamespace(), { lines: times(12, UPSTREAM_SILENT) }),
      },
      {
        when: 'the application gets no answer to its questions',
        at,
        severity: 'P2',
        build: () =>
          missed(
            withCoreDns(healthyNamespace(), { lines: times(12, UPSTREAM_SILENT) }),
            'pay: getaddrinfo EAI_AGAIN api.stripe.com',
          ),
      },
      {
        when: 'the log of a dump has no times, and the application asks for the same name now',
        at,
        severity: 'P2',
        build: () =>
          missed(
            withCoreDns(healthyNamespace(), { lines: times(12, UPSTREAM_SILENT), dated: false }),
            'pay: getaddrinfo EAI_AGAIN api.stripe.com',
          ),
      },
      {
        when: 'it does not reach the API server',
        at,
        as: 'advice',
        target: wholeNamespace(),
        shows: 'API connection failure',
        build: () => withCoreDns(healthyNamespace(), { lines: times(5, API_SILENT) }),
      },
      {
        when: 'it logs every question, and answers SERVFAIL',
        at,
        as: 'advice',
        shows: 'SERVFAIL',
        build: () =>
          withCoreDns(healthyNamespace(), {
            lines: times(
              15,
              '[INFO] 10.0.1.7:34567 - 12345 "A IN api.stripe.com. udp 33 false 512" SERVFAIL qr,rd,ra 33 2.001s',
            ),
          }),
      },
    ],
    nearMiss: [
      {
        why: 'a question was lost now and then',
        roots: [],
        build: () => withCoreDns(healthyNamespace(), { lines: times(3, UPSTREAM_SILENT) }),
      },
      {
        why: 'it is over for some minutes',
        roots: [],
        build: () => withCoreDns(healthyNamespace(), { lines: times(30, UPSTREAM_SILENT), until: 300 }),
      },
      {
        why: 'that there is no such name is an answer',
        roots: [],
        build: () =>
          withCoreDns(healthyNamespace(), {
            lines: times(
              40,
              '[INFO] 10.0.1.7:34567 - 12345 "A IN shop.cluster.local. udp 33 false 512" NXDOMAIN qr,aa,rd 126 0.0001s',
            ),
          }),
      },
      {
        why: 'nobody knows when the lines of a dump were written',
        roots: [],
        build: () => withCoreDns(healthyNamespace(), { lines: times(30, UPSTREAM_SILENT), dated: false }),
      },
    ],
    notApplicable: [{ why: 'its log may not be read', unread: ['logs'] }],
  },
} satisfies Cases;
