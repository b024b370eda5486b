import { expectedObjects } from '#shared/domain/target.ts';
import type { Ref } from '../model.ts';
import { isAbsentSecret } from '../presence.ts';
import { called, evidence, kubectl, type Rule, type Sighting } from '../rule.ts';

/** ConfigMaps and Secrets that the target names, whether or not a pod template refers to them. */
export const rule: Rule = (view) => {
  const { target } = view;
  const { namespace } = target;
  const { configMaps = [], secrets = [] } = expectedObjects(target);
  // What nobody refers to and nobody wrote down is only a default of ours.
  const isMeant = (at: Ref, written: unknown) => written !== undefined || view.users(at).length > 0;

  const absentMaps = configMaps.flatMap((name): Sighting[] => {
    const at = { kind: 'ConfigMap', namespace, name };
    if (!isMeant(at, target.configMaps) || !view.knows('configmaps', namespace) || view.configMap(namespace, name))
      return [];
    return [expectation('configmap-missing', at, `targets[${target.name}].configMaps`, 'does not exist')];
  });
  const lacking = secrets.flatMap(({ name, keys }): Sighting[] => {
    const at = { kind: 'Secret', namespace, name };
    const path = `targets[${target.name}].secrets[${name}]`;
    if (!isMeant(at, target.secrets)) return [];
    if (isAbsentSecret(view, namespace, name)) return [expectation('secret-missing', at, path, 'does not exist')];
    const present = view.secret(namespace, name)?.keys;
    const lost = present ? keys.filter((key) => !present.includes(key)) : [];
    return lost.map((key) => expectation('secret-key-missing', at, `${path}.keys`, `has no key ${key}`));
  });
  return [...absentMaps, ...lacking];
};

const expectation = (
  code: 'configmap-missing' | 'secret-missing' | 'secret-key-missing',
  at: Ref,
  path: string,
  lack: string,
): Sighting => ({
  code,
  at,
  severity: 'P2',
  title: `${called(at)} ${lack}`,
  cause: 'The configuration of the target says that it must be there.',
  evidence: [
    evidence('medic.config.ts', path, at.name),
    evidence(at, 'metadata', lack === 'does not exist' ? 'not found' : lack),
  ],
  commands: [kubectl(at, `describe ${called(at)}`)],
});
