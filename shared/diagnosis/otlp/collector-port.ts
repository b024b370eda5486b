import type { Ref, WorkloadView } from '../model.ts';
import { called, evidence, inWorkload, kubectl, type Rule, type Sighting } from '../rule.ts';
import { type Link, linksOf } from '../telemetry-links.ts';

/** Telemetry is sent to a port that does not lead to a receiver of the Collector behind the Service. */
export const rule: Rule = (view) =>
  view.workloads.flatMap((workload) => linksOf(view, workload).flatMap((link) => closed(called(workload.ref), link)));

/** A port that the pods declare, or may have because they declare none. */
function mayHave({ template }: WorkloadView, port: number): boolean {
  const declared = (template.containers ?? []).flatMap(({ ports = [] }) => ports);
  return declared.length === 0 || declared.some(({ containerPort }) => containerPort === port);
}

function closed(sender: string, { service, collector, port, url, source, path }: Link): Sighting[] {
  if (!service || !collector || collector.receiver || collector.receivers.length === 0) return [];
  const { workload, config, receivers } = collector;
  // Where the environment gives a port, this may be it.
  if (receivers.some((receiver) => receiver.port === undefined)) return [];
  const arrives = collector.port;
  const mapped = service.object.spec?.ports?.find((each) => each.port === port);
  // A targetPort that the pods do not have is told as that.
  if (mapped && (arrives === undefined || !mayHave(workload, arrives))) return [];
  const listening = receivers.map((receiver) =>
    evidence(config.configMap, `data["${config.key}"] ${receiver.path}`, receiver.endpoint),
  );
  const ports = (service.object.spec?.ports ?? []).map((each) => `${each.port} -> ${each.targetPort ?? each.port}`);
  const open = receivers.some((receiver) => receiver.port === port);
  const edit = (ref: Ref) => kubectl(ref, `edit ${called(ref)}`);
  return [
    {
      code: 'collector-port-not-exposed',
      ...inWorkload(workload),
      severity: 'P2',
      title:
        arrives === undefined
          ? `service ${service.ref.name} has no port ${port}, to which ${sender} sends its telemetry`
          : `collector ${workload.ref.name} does not listen on port ${arrives}, to which ${sender} sends its telemetry`,
      cause:
        arrives === undefined
          ? `The Service leads ${ports.join(', ') || 'no port'}; the Collector ${open ? 'does listen' : 'does not listen'} on ${port}.`
          : `Port ${port} of service ${service.ref.name} leads to port ${arrives} of the pod, and the receivers listen on ${receivers.map((each) => each.port).join(' and ')}.`,
      evidence: [
        evidence(source, path, url),
        evidence(service.ref, 'spec.ports', ports.join(', ') || 'none'),
        ...listening,
      ],
      remedy:
        arrives === undefined && open
          ? `Add port ${port} to service ${service.ref.name}.`
          : `Send to a port that leads to a receiver, or add a receiver on ${arrives ?? port}.`,
      commands: [edit(service.ref), edit(config.configMap)],
    },
  ];
}
