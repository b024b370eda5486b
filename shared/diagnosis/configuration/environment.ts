import { variablesOf } from '../endpoints.ts';
import { ENOUGH_RECORDS, recentRecords } from '../log-records.ts';
import { keyOf, type WorkloadView } from '../model.ts';
import { revisionsOf } from '../revisions.ts';
import { called, evidence, inWorkload, kubectl, type Rule, type Sighting } from '../rule.ts';
import type { ClusterView } from '../view.ts';

interface Type {
  names: RegExp;
  is(value: string): boolean;
  expected: string;
}

const isWhole = (value: string) => /^\d{1,9}$/.test(value.trim());

/** What the OpenTelemetry specification says of its variables, and what a port is in any program. */
const TYPES: Type[] = [
  {
    names: /^OTEL_EXPORTER_OTLP_(?:(?:TRACES|METRICS|LOGS)_)?ENDPOINT$/,
    is: (value) => URL.parse(value.includes('://') ? value : `http://${value}`) !== null,
    expected: 'a URL',
  },
  {
    names: /^OTEL_EXPORTER_OTLP_(?:(?:TRACES|METRICS|LOGS)_)?PROTOCOL$/,
    is: (value) => ['grpc', 'http/protobuf', 'http/json'].includes(value),
    expected: 'grpc, http/protobuf or http/json',
  },
  {
    names:
      /^OTEL_(?:EXPORTER_OTLP_(?:\w+_)?TIMEOUT|B(?:SP|LRP)_(?:SCHEDULE_DELAY|EXPORT_TIMEOUT|MAX_QUEUE_SIZE|MAX_EXPORT_BATCH_SIZE)|METRIC_EXPORT_(?:INTERVAL|TIMEOUT))$/,
    is: isWhole,
    expected: 'a whole number (milliseconds where it is a time)',
  },
  { names: /^OTEL_SDK_DISABLED$/, is: (value) => /^(true|false)$/i.test(value), expected: 'true or false' },
  {
    names: /^(?:\w{1,40}_)?(?:HTTP_|GRPC_|SERVER_|LISTEN_)PORT$|^PORT$/,
    is: (value) => isWhole(value) && Number(value) > 0 && Number(value) < 65_536,
    expected: 'a port from 1 to 65535',
  },
];

/**
 * A variable whose value is not of the type that its name stands for. A workload that is well in spite of it does not
 * mind: then it is advice, unless it is about telemetry, which fails silently.
 */
export const rule: Rule = (view) =>
  view.workloads.flatMap((workload) =>
    (workload.template.containers ?? []).flatMap((container, index) => {
      const variables = variablesOf(workload, container, index, view.configMap);
      return [...variables].flatMap(([name, { value, source, path }]): Sighting[] => {
        const type = TYPES.find(({ names }) => names.test(name));
        // An empty value counts as not set; references and redacted parts cannot be judged.
        if (!type || value === '' || /\$\(|\$\{|\[redacted|\[removed/.test(value)) return [];
        if (type.is(value) && !(isBare(name, value) && saysNoUrl(view, workload))) return [];
        const minds = workload.available < workload.desired;
        const telemetry = name.startsWith('OTEL_');
        return [
          {
            code: 'config-env-invalid',
            ...inWorkload(workload),
            container: container.name,
            ...(minds ? {} : { severity: telemetry ? ('P2' as const) : ('P3' as const) }),
            confidence: telemetry ? 'certain' : 'likely',
            title: `${name} of ${called(workload.ref)} is not ${type.expected}`,
            cause: `Its value is "${value.slice(0, 100)}".`,
            evidence: [evidence(source, path, value)],
            since: source === keyOf(workload.ref) ? revisionsOf(workload)[0]?.appeared : undefined,
            commands: [editOf(source, workload)],
          },
        ];
      });
    }),
  );

/** Many SDKs take host:port for gRPC; others take the host for a scheme, and are left without an address. */
const isBare = (name: string, value: string): boolean =>
  /^OTEL_EXPORTER_OTLP_(?:\w+_)?ENDPOINT$/.test(name) && !value.includes('://');

const NO_URL =
  /missing address|missing protocol scheme|unsupported protocol scheme|first path segment in URL cannot contain colon|RelativeUrlWithoutBase|relative URL without a base|invalid url/i;

const saysNoUrl = (view: ClusterView, { pods }: WorkloadView): boolean =>
  pods
    .flatMap(({ containers }) => containers)
    .some(
      (container) => recentRecords(view, container).filter(({ text }) => NO_URL.test(text)).length >= ENOUGH_RECORDS,
    );

function editOf(source: string, { ref }: WorkloadView): string {
  const [kind = '', namespace = '', name = ''] = source.split('/');
  return kubectl({ ...ref, namespace }, `edit ${kind.toLowerCase()} ${name}`);
}
