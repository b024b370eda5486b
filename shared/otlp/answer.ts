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

/** The server's own words on one line, or another text of at most so many characters. */
export const words = (body: Buffer | string, most = SHOWN): string =>
  (typeof body === 'string' ? body : body.toString('utf8'))
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, most);

export const mediaType = (headers: HttpAnswer['headers']): string =>
  (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

/** A title that the page says again is left out. */
const withoutTitle = (page: string): string =>
  page.replace(/<title>([^<]*)<\/title>/i, (whole, said: string) => {
    const title = said.trim();
    return title === '' || page.split(title).length > 2 ? ' ' : whole;
  });

/** Bytes that are no answer of the protocol, for people: as text where they are text. */
export function rawWords(bytes: Buffer): string {
  const start = bytes.subarray(0, 60);
  const isText = start.length > 0 && start.every((byte) => (byte >= 32 && byte < 127) || byte === 10 || byte === 13);
  return isText ? `"${words(start)}"` : (start.subarray(0, 16).toString('hex').match(/../g) ?? []).join(' ');
}

/** The text of a page without its tags. */
export const pageWords = (body: Buffer): string =>
  words(
    withoutTitle(body.toString('utf8'))
      .split(/<(?=style|script)/i)
      .map((part, index) => (index === 0 ? part : part.replace(/^.*?(?:<\/(?:style|script)>|$)/is, ' ')))
      .join('')
      .replace(/<[^<>]*>/g, ' '),
  );
