import type { ContainerPort, ServicePort } from '#shared/domain/kubernetes.ts';
import { portsOf } from '../flows.ts';
import type { ServiceView } from '../model.ts';
import { called, evidence, kubectl, type Rule } from '../rule.ts';
import type { ClusterView } from '../view.ts';

/**
 * A targetPort that no selected pod has. A name that does not resolve is certain. A number is only likely, for a process
 * may listen on a port that it does not declare: it is a fault where the Service hits none of the declared ports or
 * somebody sends to that very port, else only worth a word.
 */
export const rule: Rule = (view) =>
  view.services.flatMap((service) =>
    service.workloads.flatMap((workload) => {
      const declared = portsOf(workload.template);
      const ports = service.object.spec?.ports ?? [];
      const hit = ports.some((port) => isDeclared(declared, port));
      return ports.flatMap((port, index) => {
        const target = targetOf(port);
        const named = typeof target === 'string' && !/^\d+$/.test(target);
        // Without any declared port a number says nothing.
        if (isDeclared(declared, port) || (!named && declared.length === 0)) return [];
        const harmless = workload.desired === 0 || (!named && hit && !isUsed(view, service, port));
        const { ref } = service;
        // Nothing gets through to what was asked about: as grave as no ready endpoint.
        const closed = !hit && (service.named || workload.named);
        return [
          {
            code: 'service-target-port-mismatch' as const,
            at: ref,
            confidence: named ? ('certain' as const) : ('likely' as const),
            severity: harmless ? ('P3' as const) : closed ? ('P0' as const) : ('P1' as const),
            title: `service ${ref.name} sends port ${port.port} to ${target}, which ${called(workload.ref)} does not have`,
            evidence: [
              // Where none is written it is the port itself.
              evidence(ref, `spec.ports[${index}].${port.targetPort === undefined ? 'port' : 'targetPort'}`, target),
              evidence(
                workload.ref,
                'spec.template.spec.containers[*].ports',
                declared.map(nameOf).join(', ') || 'none',
              ),
            ],
            commands: [kubectl(ref, `get service ${ref.name} -o yaml`)],
          },
        ];
      });
    }),
  );

const targetOf = ({ targetPort, port }: ServicePort) => targetPort ?? port;

const isDeclared = (declared: ContainerPort[], port: ServicePort): boolean =>
  declared.some(({ name, containerPort, protocol = 'TCP' }) => {
    const target = targetOf(port);
    return protocol === (port.protocol ?? 'TCP') && (name === target || String(containerPort) === String(target));
  });

const isUsed = (view: ClusterView, { ref }: ServiceView, { port }: ServicePort): boolean =>
  view
    .clients(ref)
    .some((client) =>
      view.endpoints(client).some((endpoint) => endpoint.service?.name === ref.name && endpoint.port === port),
    );

const nameOf = ({ name, containerPort }: ContainerPort) => (name ? `${name}=${containerPort}` : String(containerPort));
