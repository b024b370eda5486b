/** Why a call to an AWS service failed, in the words of the person who has to mend it. */
export interface AwsFault {
  kind: 'credentials' | 'denied' | 'timeout' | 'connect' | 'throttled' | 'aborted' | 'other';
  /** one line, without a full stop */
  why: string;
}

interface AwsErrorShape {
  name?: string;
  message?: string;
  code?: string;
  cause?: unknown;
  errors?: unknown[];
  $metadata?: { httpStatusCode?: number };
}

const EXPIRED = /^(ExpiredToken|ExpiredTokenException|RequestExpired|TokenRefreshRequired)$/;
const UNKNOWN_KEY = /^(InvalidAccessKeyId|InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch)$/;
const THROTTLED = /^(SlowDown|ServiceUnavailable|Throttling\w*|TooManyRequests\w*|RequestLimitExceeded)$/;
const CONNECT = /^(ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|EPIPE|ENOTFOUND|EAI_AGAIN)$/;

const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ').trim().slice(0, 300);

/** The system call's code, which Node hides in `cause` or, where a name has several addresses, in `errors`. */
function systemCode(error: AwsErrorShape | undefined, depth = 0): string | undefined {
  if (!error || depth > 3) return undefined;
  if (error.code) return error.code;
  return [error.cause, ...(error.errors ?? [])]
    .map((inner) => systemCode(inner as AwsErrorShape | undefined, depth + 1))
    .find((code) => code !== undefined);
}

/** `call` names the permission that the call needs, e.g. `s3:GetObject`; `on` the thing it was made on. */
export function awsFault(thrown: unknown, call: string, on: string): AwsFault {
  const error = (thrown ?? {}) as AwsErrorShape;
  const name = error.name ?? 'Error';
  const code = systemCode(error);
  if (name === 'AbortError') return { kind: 'aborted', why: 'the caller stopped it' };
  if (name === 'CredentialsProviderError')
    return {
      kind: 'credentials',
      why: 'no AWS credentials: set AWS_PROFILE, log in with "aws sso login", or give the function a role',
    };
  if (EXPIRED.test(name)) return { kind: 'credentials', why: 'the AWS credentials have expired: log in again' };
  if (UNKNOWN_KEY.test(name))
    return { kind: 'credentials', why: `AWS does not accept the credentials (${name}): check the key and the profile` };
  if (name === 'TimeoutError' || code === 'ETIMEDOUT')
    return {
      kind: 'timeout',
      why: 'no answer in time: from inside a VPC the service needs a VPC endpoint or a NAT gateway',
    };
  if (code && CONNECT.test(code)) return { kind: 'connect', why: `no connection (${code}): check the network and DNS` };
  if (THROTTLED.test(name) || error.$metadata?.httpStatusCode === 429)
    return { kind: 'throttled', why: `AWS throttles the calls (${name}): try again later` };
  if (/^AccessDenied|^AuthorizationError|^Forbidden$/.test(name) || error.$metadata?.httpStatusCode === 403)
    return { kind: 'denied', why: `access denied: allow ${call} on ${on}` };
  return { kind: 'other', why: oneLine(`${name}: ${error.message ?? 'no message'}`) };
}
