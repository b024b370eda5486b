import { RESOURCE_NAMES, type SnapshotObjects } from '#shared/domain/snapshot.ts';

export const emptyObjects = (): SnapshotObjects =>
  Object.fromEntries(RESOURCE_NAMES.map((name) => [name, []])) as unknown as SnapshotObjects;
