import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { rbacManifest } from '#infra/local/rbac.ts';
import { target } from '#shared/domain/target.ts';

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
  resourceNames?: string[];
}
interface Rbac {
  kind: string;
  metadata: { name: string; namespace?: string };
  rules?: Rule[];
  subjects?: { kind: string; name: string }[];
  roleRef?: { kind: string; name: string };
}

const shop = { name: 'shop', cluster: { eks: 'production', region: 'eu-west-1' }, namespace: 'shop' };

function manifest(over: object = {}, options?: Parameters<typeof rbacManifest>[1]) {
  const text = rbacManifest(target.parse({ ...shop, ...over }), options);
  const objects = parseAllDocuments(text).map((document) => document.toJS() as Rbac);
  const rules = objects.flatMap(({ metadata, rules: of }) =>
    (of ?? []).map((rule) => ({ ...rule, role: metadata.name })),
  );
  return { text, objects, rules };
}

describe('medic rbac', () => {
  it('lets nobody execute in a container or write, but for patching the named workloads', () => {
    const { rules } = manifest({ workloads: ['deployment/shop-api', 'statefulset/shop-db'] });
    const writing = rules.filter(({ verbs }) => verbs.some((verb) => !['get', 'list'].includes(verb)));
    expect(writing).toEqual([
      {
        role: 'otlp-medic:actors:shop',
        apiGroups: ['apps'],
        resources: ['deployments'],
        verbs: ['get', 'patch'],
        resourceNames: ['shop-api'],
      },
      {
        role: 'otlp-medic:actors:shop',
        apiGroups: ['apps'],
        resources: ['statefulsets'],
        verbs: ['get', 'patch'],
        resourceNames: ['shop-db'],
      },
    ]);
    expect(
      rules.flatMap(({ resources }) => resources).filter((name) => /exec|attach|portforward|\*/.test(name)),
    ).toEqual([]);
  });

  it('opens no Secret unless it is asked for, and then those alone that the target names', () => {
    const secretRules = (options?: { secrets: boolean }) =>
      manifest({}, options).rules.filter(({ resources }) => resources.includes('secrets'));
    expect(secretRules()).toEqual([]);
    expect(secretRules({ secrets: true })).toMatchObject([{ verbs: ['get'], resourceNames: ['otlp-app-secrets'] }]);
  });

  it('binds each role to its group, in the namespace of the target where that is enough', () => {
    const { objects } = manifest();
    for (const { kind, metadata, roleRef, subjects } of objects.filter(({ kind: of }) => of.endsWith('Binding'))) {
      expect(roleRef).toMatchObject({ kind: kind.replace('Binding', ''), name: metadata.name });
      expect(subjects).toEqual([expect.objectContaining({ kind: 'Group', name: metadata.name.replace(/:shop$/, '') })]);
      // The cluster DNS, which every namespace leans on, is looked at too.
      const namespaces = kind === 'RoleBinding' ? ['shop', 'kube-system'] : [undefined];
      expect(namespaces).toContain(metadata.namespace);
    }
    const clusterWide = objects.filter(({ kind }) => kind === 'ClusterRole').flatMap(({ rules = [] }) => rules);
    expect(clusterWide.flatMap(({ resources }) => resources)).toContain('nodes');
    expect(new Set(clusterWide.flatMap(({ verbs }) => verbs))).toEqual(new Set(['list']));
    const elsewhere = objects.filter(({ kind, metadata }) => kind === 'Role' && metadata.namespace === 'kube-system');
    expect(elsewhere.map(({ metadata }) => metadata.name)).toEqual(['otlp-medic:readers:shop']);
  });

  it('lets nothing be restarted where no workload is named, and says so', () => {
    const { text, rules } = manifest({ workloads: 'all' });
    expect(rules.filter(({ verbs }) => verbs.includes('patch'))).toEqual([]);
    expect(text).toContain('name them in medic.config.ts');
  });

  it('gives the actors nothing where restarts are not allowed', () => {
    expect(manifest({ actions: [] }).text).not.toContain('otlp-medic:actors');
  });
});
