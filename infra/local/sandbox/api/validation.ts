import { isDeepStrictEqual } from 'node:util';
import type { KubeObject, Workload } from '#shared/domain/kubernetes.ts';
import { isMap, type Json, type JsonMap, matches } from '../objects.ts';
import type { ServedKind } from './served-kinds.ts';
import { badRequest, type Cause, conflict, invalid } from './status.ts';

const fieldInvalid = (field: string, value: unknown, why: string): Cause => ({
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${typeof value === 'string' ? JSON.stringify(value) : inline(value)}: ${why}`,
  field,
});
const inline = (value: unknown): string => JSON.stringify(value);

/** What the server checks before it looks at the content: is this the object, in the state the caller saw? */
export function checkIdentity(kind: ServedKind, before: KubeObject, after: KubeObject): void {
  const { name, resourceVersion, uid } = before.metadata;
  if (after.metadata.name !== name)
    throw badRequest(`the name of the object (${after.metadata.name}) does not match the name on the URL (${name})`);
  if (after.metadata.resourceVersion !== resourceVersion) throw conflict(kind, name);
  if (after.metadata.uid !== uid)
    throw invalid(kind, name, [fieldInvalid('metadata.uid', after.metadata.uid, 'field is immutable')]);
}

/** Field validation of what people and tools patch here. Throws ApiError 422. */
export function checkContent(kind: ServedKind, before: KubeObject, after: KubeObject): void {
  if (kind.stored !== 'deployments') return;
  const causes = deploymentCauses(before as Workload, after as Workload);
  if (causes.length > 0) throw invalid(kind, after.metadata.name, causes);
}

function deploymentCauses(before: Workload, after: Workload): Cause[] {
  const { replicas, selector, template } = after.spec;
  const causes: Cause[] = [];
  if (replicas !== undefined && replicas < 0)
    causes.push(fieldInvalid('spec.replicas', replicas, 'must be greater than or equal to 0'));
  const labels = template.metadata?.labels;
  if (!matches(selector?.matchLabels, labels))
    causes.push(fieldInvalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'));
  if ((template.spec.containers ?? []).length === 0)
    causes.push({ reason: 'FieldValueRequired', message: 'Required value', field: 'spec.template.spec.containers' });
  for (const [i, { name, image }] of (template.spec.containers ?? []).entries()) {
    const field = `spec.template.spec.containers[${i}]`;
    if (!name) causes.push({ reason: 'FieldValueRequired', message: 'Required value', field: `${field}.name` });
    if (!image) causes.push({ reason: 'FieldValueRequired', message: 'Required value', field: `${field}.image` });
  }
  if (!isDeepStrictEqual(selector, before.spec.selector))
    causes.push(fieldInvalid('spec.selector', selector, 'field is immutable'));
  return causes;
}

const NUMBERS = ['replicas', 'minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds'];

/** A number that is no number cannot even be decoded. Throws ApiError 422 about the patch as a whole. */
export function checkTypes(patch: Json): void {
  const spec = isMap(patch) && isMap(patch.spec) ? patch.spec : {};
  const wrong = NUMBERS.find(
    (name) => spec[name] !== undefined && spec[name] !== null && typeof spec[name] !== 'number',
  );
  if (wrong)
    throw invalid({ kind: '' }, '', [
      fieldInvalid('patch', goMap({ spec: { [wrong]: spec[wrong] ?? null } }), 'unrecognized type: int32'),
    ]);
}

function goMap(value: JsonMap): string {
  const entries = Object.entries(value).map(([key, inner]) => `${key}:${isMap(inner) ? goMap(inner) : inner}`);
  return `map[${entries.join(' ')}]`;
}
