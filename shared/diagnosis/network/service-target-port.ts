import type { ContainerPort, PodSpec, ServicePort } from '#shared/domain/kubernetes.ts';
import { called, evidence, kubectl, type Rule } from '../rule.ts';

/**
 * A targetPort that no selected pod has. A name that does not resolve is certain; a number is only likely, because
 * containerPort is informative: a process may listen on a port that it does not declare.
 */
export const rule: Rule = (view) =>
  view.services.flatMap(({ ref, object, workloads }) =>
    workloads.flatMap((workload) => {
      const declared = portsOf(workload.template);
      return (object.spec?.ports ?? []).flatMap((port, index) => {
        const target = port.targetPort ?? port.port;
        const named = typeof target === 'string' && !/^\d+$/.test(target);
        // Without any declared port a number says nothing.
        if (isDeclared(declared, port, target) || (!named && declared.length === 0)) return [];
        return [
          {
            code: 'service-target-port-mismatch' as const,
            at: ref,
            confidence: named ? ('certain' as const) : ('likely' as const),
            title: `service ${ref.name} sends port ${port.port} to ${target}, which ${called(workload.ref)} does not have`,
            evidence: [
              evidence(ref, `spec.ports[${index}].targetPort`, target),
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

const portsOf = ({ containers = [], initContainers = [] }: PodSpec): ContainerPort[] =>
  [...containers, ...initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always')].flatMap(
    ({ ports = [] }) => ports,
  );

const isDeclared = (declared: ContainerPort[], { protocol = 'TCP' }: ServicePort, target: number | string): boolean =>
  declared.some(
    (port) =>
      (port.protocol ?? 'TCP') === protocol && (port.name === target || String(port.containerPort) === String(target)),
  );

const nameOf = ({ name, containerPort }: ContainerPort) => (name ? `${name}=${containerPort}` : String(containerPort));
