import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { UnavailableError } from '#shared/domain/errors.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { SignQuery } from '#shared/ports/sign-query.ts';
import type { AwsCredentials } from './eks-token.ts';
import { awsFault } from './fault.ts';

/** The services whose query APIs take nothing but Signature Version 4, by the first label of their hosts. */
const SERVICES: Readonly<Record<string, string>> = { xray: 'xray', 'aps-workspaces': 'aps' };
const HOST = /^([a-z-]{1,20})\.([a-z0-9-]{1,30})\.amazonaws\.com(?:\.cn)?$/;

export function querySigner(credentials: () => Promise<AwsCredentials>, clock: Clock): SignQuery {
  return async (url, body) => {
    const [, label = '', region = ''] = HOST.exec(url.hostname) ?? [];
    const service = SERVICES[label];
    if (service === undefined) return {};
    const held = await credentials().catch((error: unknown) => {
      throw new UnavailableError(`no credentials to ask ${url.host}: ${awsFault(error, service, '*').why}`, {
        cause: error,
      });
    });
    const { headers } = await new SignatureV4({ service, region, credentials: held, sha256: Sha256 }).sign(
      {
        method: body === undefined ? 'GET' : 'POST',
        protocol: url.protocol,
        hostname: url.hostname,
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: { host: url.host, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body }),
      },
      { signingDate: clock.now() },
    );
    const { host: _, ...rest } = headers;
    return rest;
  };
}
