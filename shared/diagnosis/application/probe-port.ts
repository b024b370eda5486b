import { troubleOf } from '../container-state.ts';
import type { ContainerView } from '../model.ts';
import { evidence, inContainer, kubectl, ownerName, type Rule } from '../rule.ts';
import type { ClusterView } from '../view.ts';

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;
type ProbeField = (typeof PROBES)[number];

/** Collectors and many others serve health on a port that nobody declares: a number alone is no mistake. */
export const rule: Rule = (view) =>
  view.containers.flatMap((container) =>
    PROBES.flatMap((field) => {
      const { pod, spec, specPath, name } = container;
      const asked = portOf(container, field);
      const declared = spec?.ports ?? [];
      if (!asked || declared.some((port) => port.name === asked.port || port.containerPort === Number(asked.port)))
        return [];
      const named = Number.isNaN(Number(asked.port));
      const refused = named ? undefined : refusal(view, container, field, asked.port);
      const trouble = troubleOf(view, container);
      if (!named && (!refused || !trouble || declared.length === 0)) return [];
      const open =
        declared.map((port) => [port.name, port.containerPort].filter(Boolean).join(' ')).join(', ') || 'none';
      return [
        {
          code: 'probe-port-mismatch' as const,
          ...inContainer(container),
          confidence: named ? ('certain' as const) : ('likely' as const),
          ...(trouble ? {} : { severity: 'P3' as const }),
          title: `${field} of container ${name} of ${ownerName(container)} asks port ${asked.port}, which the container does not have`,
          cause: `The probe asks port ${asked.port}; the ports of the container are: ${open}.`,
          evidence: [
            evidence(pod.ref, `${specPath}.${field}.${asked.by}.port`, asked.port),
            evidence(pod.ref, `${specPath}.ports`, open),
            ...(refused ? [evidence(pod.ref, 'event Unhealthy', refused.message, refused.lastTimestamp)] : []),
          ],
          commands: [
            ...(pod.workload
              ? [kubectl(pod.ref, `edit ${pod.workload.ref.kind.toLowerCase()}/${pod.workload.ref.name}`)]
              : []),
          ],
        },
      ];
    }),
  );

function portOf({ spec }: ContainerView, field: ProbeField): { port: string; by: string } | undefined {
  const probe = spec?.[field];
  if (probe?.httpGet) return { port: String(probe.httpGet.port), by: 'httpGet' };
  if (probe?.tcpSocket) return { port: String(probe.tcpSocket.port), by: 'tcpSocket' };
  return probe?.grpc ? { port: String(probe.grpc.port), by: 'grpc' } : undefined;
}

const refusal = (view: ClusterView, { pod }: ContainerView, field: ProbeField, port: string) => {
  const kind = field.replace('Probe', '');
  return view.events
    .of(pod.ref, pod.object.metadata.uid, { reason: 'Unhealthy' })
    .find(
      ({ message = '' }) =>
        message.toLowerCase().startsWith(`${kind} probe`) &&
        message.includes(`:${port}`) &&
        /connection refused/.test(message),
    );
};
