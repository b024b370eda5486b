import { isDeepStrictEqual } from 'node:util';
import type { KubeObject, Workload } from '#shared/domain/kubernetes.ts';
import { managedFieldsAfter, type Writer } from './managed-fields.ts';
import type { Names } from './names.ts';
import { type JsonMap, KINDS, type Kind, type StoredKinds } from './objects.ts';
import { stamp, type Timeline } from './timeline.ts';

export interface Ref {
  namespace?: string;
  name: string;
}

export interface Change {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  kind: Kind;
  object: KubeObject;
}

/** An object of that kind and name exists. */
export class AlreadyExists extends Error {
  override readonly name = 'AlreadyExists';
}

/**
 * What etcd and the registry do: every write gives the object the next resource version, a change of the spec the next
 * generation. Objects that were handed out are never changed, so a reader keeps a consistent picture.
 */
export class ObjectStore {
  readonly #objects = new Map<string, KubeObject>();
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #timeline: Timeline;
  readonly #names: Names;
  #version = 1;
  #compacted = 0;

  constructor(timeline: Timeline, names: Names) {
    this.#timeline = timeline;
    this.#names = names;
  }

  get resourceVersion(): number {
    return this.#version;
  }

  /** Continue tokens of versions up to this one have expired. */
  get compacted(): number {
    return this.#compacted;
  }

  /** Forgets the past, as etcd does every five minutes. */
  compact(): void {
    this.#compacted = this.#version;
  }

  /** All of a kind, sorted by namespace and name as the API lists them. */
  list<K extends Kind>(kind: K, namespace?: string): StoredKinds[K][] {
    const prefix = namespace === undefined ? `${kind}/` : `${kind}/${namespace}/`;
    const keys = [...this.#objects.keys()].filter((key) => key.startsWith(prefix)).sort();
    return keys.map((key) => this.#objects.get(key) as StoredKinds[K]);
  }

  get<K extends Kind>(kind: K, ref: Ref): StoredKinds[K] | undefined {
    return this.#objects.get(keyOf(kind, ref)) as StoredKinds[K] | undefined;
  }

  create<K extends Kind>(kind: K, object: StoredKinds[K], writer: Writer): StoredKinds[K] {
    if (this.get(kind, object.metadata)) throw new AlreadyExists(`${kind} "${object.metadata.name}" already exists`);
    const created = { ...KINDS[kind], ...structuredClone(object) };
    created.metadata = {
      ...created.metadata,
      uid: this.#names.uid(),
      creationTimestamp: stamp(this.#timeline.now()),
      ...(HAS_GENERATION.has(kind) ? { generation: 1 } : {}),
    };
    this.#write('ADDED', kind, undefined, created, writer);
    return created;
  }

  /** What an update would make of the object, without writing it: a server-side dry run. */
  preview<K extends Kind>(kind: K, ref: Ref, change: (draft: StoredKinds[K]) => void): StoredKinds[K] | undefined {
    const before = this.get(kind, ref);
    if (!before) return undefined;
    const after = structuredClone(before);
    change(after);
    if (specChanged(kind, before, after)) after.metadata.generation = (before.metadata.generation ?? 0) + 1;
    return after;
  }

  /** Changes nothing, not even the resource version, when the draft ends as it began. */
  update<K extends Kind>(
    kind: K,
    ref: Ref,
    change: (draft: StoredKinds[K]) => void,
    writer: Writer,
  ): StoredKinds[K] | undefined {
    const before = this.get(kind, ref);
    const after = this.preview(kind, ref, change);
    if (!before || !after) return undefined;
    if (isDeepStrictEqual(before, after)) return before;
    // A subresource never moves the generation, though the Deployment's revision annotation goes with its status.
    if (writer.subresource !== undefined && before.metadata.generation !== undefined)
      after.metadata.generation = before.metadata.generation;
    this.#write('MODIFIED', kind, before, after, writer);
    return after;
  }

  /** Writes the status of an object, if it is another one than it has. */
  writeStatus<K extends 'deployments' | 'replicasets'>(
    kind: K,
    { metadata }: Workload,
    status: NonNullable<Workload['status']>,
    manager: string,
  ): void {
    // Controllers ask again and again: the comparison is cheaper than a draft.
    if (isDeepStrictEqual(this.get(kind, metadata)?.status, status)) return;
    const change = (draft: Workload) => Object.assign(draft, { status });
    this.update(kind, metadata, change, { manager, subresource: 'status' });
  }

  remove(kind: Kind, ref: Ref): void {
    const object = this.get(kind, ref);
    if (!object) return;
    this.#objects.delete(keyOf(kind, ref));
    this.#version += 1;
    this.#tell({ type: 'DELETED', kind, object });
  }

  /** Called after every write; the answer ends it. */
  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #write(type: Change['type'], kind: Kind, before: KubeObject | undefined, after: KubeObject, writer: Writer): void {
    this.#version += 1;
    after.metadata.resourceVersion = String(this.#version);
    const time = stamp(this.#timeline.now());
    const json = (object: KubeObject | undefined) => object as unknown as JsonMap;
    if (kind !== 'events') after.metadata.managedFields = managedFieldsAfter(json(before), json(after), writer, time);
    this.#objects.set(keyOf(kind, after.metadata), after);
    this.#tell({ type, kind, object: after });
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }
}

const HAS_GENERATION: ReadonlySet<Kind> = new Set([
  'deployments',
  'replicasets',
  'pods',
  'endpointslices',
  'networkpolicies',
  'validatingwebhookconfigurations',
  'mutatingwebhookconfigurations',
  'jobs',
]);

/** A Deployment's annotations count as well: the controller copies them to its ReplicaSets. */
function specChanged(kind: Kind, before: KubeObject, after: KubeObject): boolean {
  if (!HAS_GENERATION.has(kind)) return false;
  const content = (object: KubeObject) => {
    const { metadata, status, ...rest } = object as KubeObject & { status?: unknown };
    return kind === 'deployments' ? { ...rest, annotations: metadata.annotations } : rest;
  };
  return !isDeepStrictEqual(content(before), content(after));
}

const keyOf = (kind: Kind, { namespace = '', name }: Ref): string => `${kind}/${namespace}/${name}`;
