import { qualified, type ServedKind } from './served-kinds.ts';

export interface Cause {
  reason: string;
  message: string;
  field: string;
}

interface Details {
  name?: string;
  group?: string;
  kind?: string;
  causes?: Cause[];
}

/** An answer that is an error: a `Status` object as the API server writes it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: number;
  readonly reason: string | undefined;
  readonly details: Details | undefined;
  readonly metadata: Record<string, unknown>;

  constructor(code: number, reason: string | undefined, message: string, details?: Details, metadata = {}) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
    this.metadata = metadata;
  }

  toStatus() {
    const { code, reason, message, details, metadata } = this;
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata,
      status: 'Failure',
      message,
      ...(reason ? { reason } : {}),
      ...(details ? { details } : {}),
      code,
    };
  }
}

const grouped = ({ group }: Pick<ServedKind, 'group'>) => (group === '' ? {} : { group });

export const notFound = (kind: Pick<ServedKind, 'plural' | 'group'>, name: string): ApiError =>
  new ApiError(404, 'NotFound', `${qualified(kind)} "${name}" not found`, {
    name,
    ...grouped(kind),
    kind: kind.plural,
  });

export const unknownResource = (): ApiError =>
  new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});

export const badRequest = (message: string): ApiError => new ApiError(400, 'BadRequest', message);

export const methodNotAllowed = (): ApiError =>
  new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});

export const unsupportedMediaType = (): ApiError =>
  new ApiError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});

export const conflict = (kind: ServedKind, name: string): ApiError =>
  new ApiError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(kind)} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
    { name, ...grouped(kind), kind: kind.plural },
  );

/** 422, with one cause for each field. */
export function invalid(of: { group?: string; kind: string }, name: string, causes: readonly Cause[]): ApiError {
  const { group = '', kind } = of;
  const errors = causes.map(({ field, message }) => `${field}: ${message}`);
  const text = errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`;
  const about = group === '' ? kind : `${kind}.${group}`;
  const details = { ...(name ? { name } : {}), ...(group ? { group } : {}), kind, causes: [...causes] };
  return new ApiError(422, 'Invalid', `${about} "${name}" is invalid: ${text}`, details);
}

/** What the server says of a JSON patch that does not apply: nothing about where. */
export const patchFailed = (): ApiError =>
  new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
