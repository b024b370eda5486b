/** What came back over HTTP/1.1, bounded in size. */
export interface HttpAnswer {
  status: number;
  headers: Readonly<Record<string, string | undefined>>;
  body: Buffer;
}

/** What came back to a gRPC call; without `status` it was no gRPC answer. */
export interface GrpcAnswer {
  httpStatus: number;
  headers: Readonly<Record<string, string | undefined>>;
  status?: number;
  message: string;
  /** grpc-status-details-bin */
  details?: Buffer;
  /** the message, or the body of what is no gRPC */
  body: Buffer;
}

const SHOWN = 200;

/** The server's own words on one line. */
export const words = (body: Buffer | string): string =>
  (typeof body === 'string' ? body : body.toString('utf8'))
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, SHOWN);

export const mediaType = (headers: HttpAnswer['headers']): string =>
  (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

/** The text of a page without its tags. */
export const pageWords = (body: Buffer): string =>
  words(
    body
      .toString('utf8')
      .split(/<(?=style|script)/i)
      .map((part, index) => (index === 0 ? part : part.replace(/^.*?(?:<\/(?:style|script)>|$)/is, ' ')))
      .join('')
      .replace(/<[^<>]*>/g, ' '),
  );
