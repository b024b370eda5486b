import { expect } from 'vitest';
import type { Evidence } from '#shared/domain/finding.ts';
import type { KubeObject } from '#shared/domain/kubernetes.ts';
import type { Snapshot } from '#shared/domain/snapshot.ts';

/** A field by its path alone, as `status.containerStatuses[0].restartCount`. */
const PLAIN_PATH = /^(?:metadata|spec|status|data)(?:\.\w+|\[\d+\])+$/;

/** How a rule says that nothing stands there. */
const NOTHING = /^(?:not set|empty|none|no rule)\b/;

/** What was looked for and is not there, a Secret, of which no object is kept, what is left of what is gone, and what is no object of the API. */
const isOfNoObject = ({ source, path, value }: Evidence): boolean =>
  value === 'not found' ||
  path.startsWith('event ') ||
  !source.includes('/') ||
  /^(?:PodMetrics|Secret)\//.test(source);

/** Evidence can be looked up: its object is in the snapshot, and at a plain path stands what it quotes. */
export function expectTrueOf(snapshot: Snapshot, evidence: Evidence[]): void {
  const objects = new Map(
    Object.entries(snapshot.objects).flatMap(([plural, list]: [string, KubeObject[]]) =>
      list.map((object) => [`${plural}/${object.metadata.namespace ?? ''}/${object.metadata.name}`, object] as const),
    ),
  );
  // Of a Secret a snapshot holds facts.
  for (const { namespace, name } of snapshot.secrets)
    objects.set(`secrets/${namespace}/${name}`, { metadata: { namespace, name } });
  for (const one of evidence) {
    expect(one.source).toMatch(/^(?:[A-Z]\w+(?:\/[^\s/]+){0,2}|medic\.config\.ts)$/);
    expect(one.path).toMatch(/\S/);
    expect(one.value).toMatch(/\S/);
    expect(one.value).not.toMatch(/^(?:undefined|null|NaN|\[object Object\])$/);
    if (isOfNoObject(one)) continue;
    const [kind = '', first = '', second] = one.source.split('/');
    const object = objects.get(`${pluralOf(kind)}/${second === undefined ? '' : first}/${second ?? first}`);
    expect(object, `${one.source} (${one.path}: ${one.value}) is in the snapshot`).toBeDefined();
    if (PLAIN_PATH.test(one.path)) expectQuoted(one, valueAt(object, one.path));
  }
}

function expectQuoted({ path, value }: Evidence, found: unknown): void {
  if (found === undefined) expect(value, path).toMatch(NOTHING);
  else if (typeof found !== 'object') expect(value, path).toContain(String(found).trim().slice(0, 100));
}

/** networkpolicies, ingresses, pods: as the API names many of a kind. */
const pluralOf = (kind: string): string => kind.toLowerCase().replace(/y$/, 'ie').replace(/s$/, 'se').concat('s');

const valueAt = (object: unknown, path: string): unknown =>
  path
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], object);
