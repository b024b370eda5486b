import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { type HttpServer, type Received, serve } from './http-server.ts';

interface Stored {
  body: Buffer;
  etag: string;
  headers: Record<string, string>;
}

/** What the next request meets instead of the normal answer; `after` = the request is carried out first. */
export interface Fault {
  method: string;
  after?: boolean;
  status?: number;
  code?: string;
}

export interface S3Server extends HttpServer {
  bucket: string;
  objects: Map<string, Stored>;
  /** taken one by one, by the first request of their method; without a status the connection is cut */
  faults: Fault[];
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code} said the server</Message></Error>`);
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/**
 * S3 as documented for one general purpose bucket, path-style: whole objects, If-None-Match and If-Match on writes and
 * deletes (412; 404 for If-Match on a missing key), pages of `pageSize` keys.
 */
export async function startS3({ pageSize = 3 } = {}): Promise<S3Server> {
  const bucket = 'medic-bucket';
  const objects = new Map<string, Stored>();
  const faults: Fault[] = [];

  function list({ query }: Received, response: ServerResponse) {
    const from = query.get('continuation-token') ?? '';
    const keys = [...objects.keys()].filter((key) => key.startsWith(query.get('prefix') ?? '') && key > from).sort();
    const page = keys.slice(0, pageSize);
    const isTruncated = keys.length > pageSize;
    response.end(
      `<?xml version="1.0"?><ListBucketResult><IsTruncated>${isTruncated}</IsTruncated>` +
        page.map((key) => `<Contents><Key>${escaped(key)}</Key></Contents>`).join('') +
        (isTruncated ? `<NextContinuationToken>${escaped(page.at(-1) ?? '')}</NextContinuationToken>` : '') +
        '</ListBucketResult>',
    );
  }

  function put(key: string, { headers, body }: Received, response: ServerResponse) {
    const present = objects.get(key);
    if (headers['if-none-match'] === '*' && present) return refuse(response, 412, 'PreconditionFailed');
    if (headers['if-match'] && !present) return refuse(response, 404, 'NoSuchKey');
    if (headers['if-match'] && headers['if-match'] !== present?.etag)
      return refuse(response, 412, 'PreconditionFailed');
    const etag = `"${createHash('md5').update(body).digest('hex')}"`;
    const kept = Object.entries(headers).filter(([name]) => name === 'content-type' || name.startsWith('x-amz-meta-'));
    objects.set(key, { body, etag, headers: Object.fromEntries(kept) as Record<string, string> });
    response.writeHead(200, { etag }).end();
  }

  function remove(key: string, { headers }: Received, response: ServerResponse) {
    const present = objects.get(key);
    if (headers['if-match'] && present && headers['if-match'] !== present.etag)
      return refuse(response, 412, 'PreconditionFailed');
    objects.delete(key);
    response.writeHead(204).end();
  }

  function get(key: string, { method }: Received, response: ServerResponse) {
    const present = objects.get(key);
    if (!present) return method === 'HEAD' ? response.writeHead(404).end() : refuse(response, 404, 'NoSuchKey');
    response.writeHead(200, { ...present.headers, etag: present.etag, 'content-length': present.body.length });
    response.end(method === 'HEAD' ? undefined : present.body);
  }

  function handle(received: Received, response: ServerResponse) {
    const [, name, ...rest] = received.path.split('/');
    const key = rest.join('/');
    if (name !== bucket) return refuse(response, 404, 'NoSuchBucket');
    if (received.method === 'PUT') return put(key, received, response);
    if (received.method === 'DELETE') return remove(key, received, response);
    return key === '' ? list(received, response) : get(key, received, response);
  }

  /** The request takes effect, its answer is lost. */
  function withoutAnswer(received: Received, response: ServerResponse) {
    const silent = Object.create(response, {
      writeHead: { value: () => silent },
      end: { value: () => response.destroy() },
    });
    handle(received, silent);
  }

  const server = await serve((received, response) => {
    const index = faults.findIndex(({ method }) => method === received.method);
    const [fault] = index < 0 ? [] : faults.splice(index, 1);
    if (!fault) return void handle(received, response);
    if (fault.after) return withoutAnswer(received, response);
    if (fault.status) return refuse(response, fault.status, fault.code ?? 'InternalError');
    response.destroy();
  });
  return Object.assign(server, { bucket, objects, faults });
}
