import { isMap, type JsonMap } from '../objects.ts';
import { isAllowed, type User } from './access.ts';
import { ApiError, badRequest } from './status.ts';

/** The answer to a SelfSubjectAccessReview. Throws ApiError 400 or 422 for what is none. */
export function accessReview(user: User | undefined, body: string): object {
  const spec = specOf(body);
  const { resourceAttributes } = spec;
  if (!isMap(resourceAttributes) && !isMap(spec.nonResourceAttributes)) {
    const why = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    const cause = {
      reason: 'FieldValueInvalid',
      message: `Invalid value: null: ${why}`,
      field: 'spec.resourceAttributes',
    };
    const message = `.authorization.k8s.io "" is invalid: ${cause.field}: ${cause.message}`;
    throw new ApiError(422, 'Invalid', message, { group: 'authorization.k8s.io', causes: [cause] });
  }
  const allowed = isMap(resourceAttributes) ? isAllowed(user, attributesOf(resourceAttributes)) : user === undefined;
  const kind = { kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1' };
  return { ...kind, metadata: {}, spec, status: { allowed } };
}

function specOf(body: string): JsonMap {
  let review: unknown;
  try {
    review = JSON.parse(body);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw badRequest(
      `the object provided is unrecognized (must be of type SelfSubjectAccessReview): couldn't get version/kind; json parse error: ${error.message}`,
    );
  }
  return isMap(review) && isMap(review.spec) ? review.spec : {};
}

function attributesOf(review: JsonMap) {
  const text = (name: string) => (typeof review[name] === 'string' ? review[name] : '');
  const subresource = text('subresource');
  const resource = subresource ? `${text('resource')}/${subresource}` : text('resource');
  return { verb: text('verb'), group: text('group'), resource, namespace: text('namespace') || undefined };
}
