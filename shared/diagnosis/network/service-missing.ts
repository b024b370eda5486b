import { expectedObjects } from '#shared/domain/target.ts';
import { evidence, kubectl, type Rule } from '../rule.ts';

/** A Service that the target names, in its own words or by the default, is not there. */
export const rule: Rule = (view) => {
  const { target } = view;
  const { service, collector } = expectedObjects(target);
  // A Collector that nobody wrote down may well have a Service of another name.
  const bare = view.workloads.some(
    ({ ref, services }) =>
      ref.namespace === target.namespace && collector?.workload.endsWith(`/${ref.name}`) && services.length === 0,
  );
  const wanted = [
    { name: service, path: 'service' },
    { name: target.collector || bare ? collector?.service : undefined, path: 'collector.service' },
  ];
  return wanted.flatMap(({ name, path }) => {
    if (!name || !view.knows('services', target.namespace) || view.service(target.namespace, name)) return [];
    const at = { kind: 'Service', namespace: target.namespace, name };
    return [
      {
        code: 'service-missing' as const,
        at,
        title: `service ${name} does not exist`,
        evidence: [
          evidence('medic.config.ts', `targets[${target.name}].${path}`, name),
          evidence(at, 'metadata.name', 'not found'),
        ],
        remedy: `Create it, or say \`${path}\` in medic.config.ts if the Service has another name.`,
        commands: [kubectl(at, 'get services')],
      },
    ];
  });
};
