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

/** The status and what the headers tell of who answers: `502 text/html, server nginx`. */
export function answerHead(status: number, headers: HttpAnswer['headers']): string {
  const type = mediaType(headers);
  return `${status}${type && ` ${type}`}${headers.server ? `, server ${words(headers.server)}` : ''}`;
}

/** A title that the page says again is left out. */
const withoutTitle = (page: string): string =>
  page.replace(/<title>([^<]*)<\/title>/i, (whole, said: string) => {
    const title = said.trim();
    return title === '' || page.split(title).length > 2 ? ' ' : whole;
  });

/** The text of a page without its tags. */
export const pageWords = (body: Buffer): string =>
  words(
    withoutTitle(body.toString('utf8'))
      .split(/<(?=style|script)/i)
      .map((part, index) => (index === 0 ? part : part.replace(/^.*?(?:<\/(?:style|script)>|$)/is, ' ')))
      .join('')
      .replace(/<[^<>]*>/g, ' '),
  );
