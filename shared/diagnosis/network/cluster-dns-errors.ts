import { troubleOf } from '../container-state.ts';
import { quoted, recentRecords, recordsOf, type SaidRecord } from '../log-records.ts';
import type { ContainerView, WorkloadView } from '../model.ts';
import { once } from '../once.ts';
import { evidence, inWorkload, kubectl, type Rule, type Sighting } from '../rule.ts';
import type { ClusterView } from '../view.ts';
import { serversOf } from './cluster-dns.ts';

interface Complaint {
  words: RegExp;
  /** so many in the window make it a fault: any server loses a question now and then */
  enough: number;
  title: string;
  cause: string;
  remedy: string;
}

/** A server that goes on failing says so again within this time; silence means that it has recovered. */
const GOING_ON_MS = 2 * 60_000;

/** In the words of CoreDNS 1.8 to 1.13 and its plugins; the first that fits a record counts. */
const COMPLAINTS: Complaint[] = [
  {
    words: /plugin\/loop: Loop \(/,
    enough: 1,
    title: 'asks itself in a circle, and ends',
    cause: 'What it forwards to leads back to itself, as where /etc/resolv.conf of the node names a local resolver.',
    remedy: 'Forward to a real server in the Corefile, or give the kubelet a --resolv-conf that names one.',
  },
  {
    words: /plugin\/kubernetes: .*(?:API connection failure|[Ff]ailed to (?:watch|list)|is forbidden)/,
    enough: 3,
    title: 'does not reach the Kubernetes API',
    cause: 'It does not learn of new Services and endpoints: names resolve to what was, or not at all.',
    remedy: 'Check the way from its node to the API server, and the ClusterRole system:coredns.',
  },
  {
    words:
      /plugin\/(?:errors|forward): .*(?:i\/o timeout|connection refused|no route to host|no healthy upstreams|unreachable backend)/,
    enough: 10,
    title: 'gets no answer from the servers that it forwards to',
    cause: 'Names outside the cluster do not resolve, or only after a second try.',
    remedy:
      'Check the servers of `forward` in the Corefile, the way to them (UDP and TCP port 53), and the limit of the VPC resolver: 1024 packets a second for each network interface.',
  },
  {
    words: /plugin\/errors: 2 |\bSERVFAIL\b/,
    enough: 10,
    title: 'answers that it cannot resolve',
    cause: 'It answers SERVFAIL, which its clients take for a failure that passes, and ask again.',
    remedy: 'Look at what the record says of the server that was asked.',
  },
];

/**
 * What the servers of the cluster DNS complain of, repeatedly and now. Advice: what fails for want of it is found at its
 * clients. CoreDNS writes no times, so only lines that the kubelet has dated count, those that a client confirms, and the
 * last words of a server that keeps ending.
 */
export const rule: Rule = (view) =>
  // Of one that has none left dns-coredns-unavailable tells, with its last words.
  serversOf(view).flatMap((server) => (server.available > 0 ? complaintsOf(view, server) : []));

function complaintsOf(view: ClusterView, server: WorkloadView): Sighting[] {
  const said = server.pods
    .flatMap(({ containers }) => containers)
    .map((container) => ({ container, records: presentOf(view, container) }));
  const kindOf = ({ text }: SaidRecord) => COMPLAINTS.find(({ words }) => words.test(text));
  return COMPLAINTS.flatMap((complaint): Sighting[] => {
    const own = said
      .map(({ container, records }) => ({ container, records: records.filter((each) => kindOf(each) === complaint) }))
      .filter(({ records }) => isGoingOn(view, records, complaint));
    const [first] = own;
    if (!first) return [];
    return [
      {
        code: 'dns-coredns-errors',
        ...inWorkload(server),
        confidence: 'likely',
        title: `the cluster DNS (${server.ref.name}) ${complaint.title}`,
        cause: complaint.cause,
        remedy: complaint.remedy,
        evidence: own.flatMap(({ container, records }) => shown(container, records)),
        since: first.records[0]?.at,
        commands: [
          kubectl(server.ref, `logs -l k8s-app=kube-dns --timestamps --since=15m`),
          kubectl(server.ref, 'get configmap coredns -o yaml'),
        ],
      },
    ];
  }).slice(0, 1);
}

function presentOf(view: ClusterView, container: ContainerView): SaidRecord[] {
  const before = troubleOf(view, container) ? recordsOf(view, container, true) : [];
  return [...before, ...recentRecords(view, container)];
}

function isGoingOn(view: ClusterView, records: SaidRecord[], { enough }: Complaint): boolean {
  const last = records.at(-1);
  if (!last || records.length < enough) return false;
  // Of the words in which a server ended, once is enough: it ends again.
  if (enough === 1) return true;
  return last.at === undefined ? isConfirmed(view, records) : view.now - last.at <= GOING_ON_MS;
}

/** The name that was asked for, as the plugin `errors` writes it. */
const ASKED = /plugin\/errors: \d+ ([\w.-]{1,253})\. /;

/** Without a time it is the present if a client complains of such a name now. */
function isConfirmed(view: ClusterView, records: SaidRecord[]): boolean {
  const names = new Set(records.flatMap(({ text }) => ASKED.exec(text)?.[1] ?? []));
  return missedNow(view).some(({ text }) => [...names].some((name) => text.includes(name)));
}

/** What clients say of names that do not resolve, with its time. */
const missedNow = once((view: ClusterView) =>
  view.logged.flatMap((client) =>
    recentRecords(view, client).filter(({ at, cause }) => at !== undefined && cause === 'dns'),
  ),
);

function shown({ pod, name }: ContainerView, records: SaidRecord[]): Sighting['evidence'] {
  const last = records.at(-1);
  if (!last) return [];
  const at = last.at === undefined ? null : new Date(last.at).toISOString();
  return [evidence(pod.ref, `log of ${name} (${records.length} such records)`, quoted(last), at)];
}
