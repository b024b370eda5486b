import { collectorConfigOf, collectorsOf } from '../collector.ts';
import { exportersOf } from '../collector-exporters.ts';
import { quoted, recentRecords, type SaidRecord } from '../log-records.ts';
import type { ContainerView } from '../model.ts';
import { AT_SHUTDOWN, COLLECTOR_MESSAGES, MEMORY_BACK, type Message, SDK_MESSAGES } from '../otlp-messages.ts';
import { evidence, inContainer, inWorkload, kubectl, ownerName, type Rule, type Sighting } from '../rule.ts';
import type { ClusterView } from '../view.ts';

/** What containers say about telemetry in their log, several times and lately: SDKs and Collectors, in their own words. */
export const rule: Rule = (view) => {
  const collectors = new Set(collectorsOf(view));
  return view.logged.flatMap((container) => {
    const { workload } = container.pod;
    const isCollector = workload !== undefined && collectors.has(workload);
    const records = recentRecords(view, container).filter(({ text }) => !AT_SHUTDOWN.test(text));
    return said(isCollector ? COLLECTOR_MESSAGES : SDK_MESSAGES, records)
      .filter((one, _, all) => counts(view, one, records, all))
      .map((one) => (isCollector ? ofCollector : ofApplication)(view, container, one));
  });
};

interface Said {
  message: Message;
  /** in their order; at least one */
  records: SaidRecord[];
  last: SaidRecord;
}

/** The records by the first message that each fits. */
function said(messages: Message[], records: SaidRecord[]): Said[] {
  const found = Map.groupBy(records, ({ text }) =>
    messages.find(({ words, except }) => words.every((each) => each.test(text)) && !except?.test(text)),
  );
  return [...found].flatMap(([message, own]) => {
    const last = own.at(-1);
    return message && last ? [{ message, records: own, last }] : [];
  });
}

function counts({ now }: ClusterView, one: Said, records: SaidRecord[], all: Said[]): boolean {
  const { message, records: own, last } = one;
  const { enough, withinMs, code } = message;
  // One retry beside a queue that is full is no chance: the stacks of the refusals push the others out of the log.
  const backed = all.some((other) => other !== one && other.message.code === 'collector-queue-full');
  if (own.length < (backed ? 1 : enough)) return false;
  // Refusing in turns with accepting goes on; one refusal that is over is history.
  if (code === 'collector-memory-limited' && own.length < 3 && records.indexOf(last) < lastIndex(records, MEMORY_BACK))
    return false;
  return withinMs === undefined || last.at === undefined || now - last.at <= withinMs;
}

const lastIndex = (records: SaidRecord[], words: RegExp) => records.findLastIndex(({ text }) => words.test(text));

function ofApplication(view: ClusterView, container: ContainerView, { message, records, last }: Said): Sighting {
  const { pod, name } = container;
  const says = TITLES[message.code] ?? 'cannot export its telemetry';
  return {
    ...common({ message, records, last }),
    ...(ABOUT_THE_WAY.has(message.code) && pod.workload ? inWorkload(pod.workload) : inContainer(container)),
    title: `${ownerName(container)} ${says}`,
    cause: `${message.cause ? `${message.cause} ` : ''}Its log says so ${times(records.length)}: ${quoted(last).slice(0, 300)}`,
    evidence: [
      spoken(container, last),
      ...(pod.workload ? view.endpoints(pod.workload).map(({ source, path, url }) => evidence(source, path, url)) : []),
    ],
    commands: [kubectl(pod.ref, `logs ${pod.ref.name} -c ${name} --tail=50`)],
  };
}

function ofCollector(view: ClusterView, container: ContainerView, { message, records, last }: Said): Sighting {
  const { pod } = container;
  const { workload } = pod;
  const ids = [...new Set(records.flatMap(({ text }) => COMPONENT.exec(text)?.[1] ?? []))];
  const config = workload && collectorConfigOf(view, workload);
  const exporters = (config ? exportersOf(config) : []).filter(({ id }) => ids.includes(id));
  const says = message.says ?? COLLECTOR_TITLES[message.code] ?? 'cannot export';
  return {
    ...common({ message, records, last }),
    ...(workload ? inWorkload(workload) : inContainer(container)),
    title: `collector ${workload?.ref.name ?? pod.ref.name} ${says}${ids.length > 0 ? ` (${ids.join(', ')})` : ''}`,
    cause: [message.cause, errorIn(last.text)].filter(Boolean).join(' ') || `Its log says so ${times(records.length)}.`,
    evidence: [
      spoken(container, last),
      ...exporters.flatMap(({ path, endpoint }) =>
        config && endpoint ? [evidence(config.configMap, `data["${config.key}"] ${path}`, endpoint)] : [],
      ),
    ],
    commands: [
      kubectl(pod.ref, `logs ${pod.ref.name} -c ${container.name} --tail=50`),
      ...(config ? [kubectl(config.configMap, `get configmap ${config.configMap.name} -o yaml`)] : []),
    ],
  };
}

const common = ({ message, records }: Said) => ({
  code: message.code,
  severity: message.severity ?? ('P2' as const),
  confidence: 'likely' as const,
  ...(message.remedy ? { remedy: message.remedy } : {}),
  since: records[0]?.at,
});

const spoken = ({ pod, name }: ContainerView, record: SaidRecord) =>
  evidence(
    pod.ref,
    `log of ${name}`,
    quoted(record),
    record.at === undefined ? null : new Date(record.at).toISOString(),
  );

const times = (count: number) => (count === 1 ? 'once' : `${count} times, at last`);

/** `otelcol.component.id` since 0.120, `name` before. */
const COMPONENT = /"(?:otelcol\.component\.id|name)": ?"([^"]+)"/;
const ERROR = /"error": ?"((?:[^"\\]|\\.)*)"/;

const errorIn = (line: string): string | undefined => {
  const error = ERROR.exec(line)?.[1]
    ?.replace(/(?<!\\)\\+"/g, "'")
    .slice(0, 300);
  return error && `The Collector says: ${error}`;
};

/** Faults of the way that the configuration may show too: one finding for the workload. */
const ABOUT_THE_WAY = new Set<string>(['otlp-http-path-wrong', 'otlp-protocol-port-mismatch', 'otlp-tls-mismatch']);

const TITLES: Partial<Record<Message['code'], string>> = {
  'otlp-emit-after-shutdown': 'emits telemetry after its SDK has been shut down',
  'otlp-data-dropped-in-app': 'drops telemetry because the queue of its SDK is full',
  'otlp-partial-success': 'has part of its telemetry rejected',
  'otlp-message-too-large': 'sends batches that are too large',
  'otlp-http-path-wrong': 'sends its telemetry to a path that no receiver has',
  'otlp-protocol-port-mismatch': 'sends its telemetry in the wrong protocol',
  'otlp-tls-mismatch': 'and its OTLP endpoint do not agree about TLS',
  'otlp-export-throttled': 'is told to send its telemetry later',
  'otlp-export-rejected': 'has its telemetry rejected',
};

const COLLECTOR_TITLES: Partial<Record<Message['code'], string>> = {
  'collector-queue-full': 'loses data: its sending queue is full',
  'otlp-message-too-large': 'sends batches that are too large for its backend',
  'collector-exporter-endpoint-dns': 'cannot resolve the name of its backend',
  'otlp-tls-mismatch': 'and its backend do not agree about TLS',
  'otlp-protocol-port-mismatch': 'speaks the wrong protocol to its backend',
  'collector-export-permanent': 'has its data refused for good by its backend',
  'collector-memory-limited': 'refuses data for its memory use',
  'otlp-partial-success': 'has part of its data rejected by its backend',
};
