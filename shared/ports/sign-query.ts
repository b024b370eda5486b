/**
 * The headers that sign a request to a query API of AWS; none where the host is no such API. Rejects with an
 * UnavailableError where there are no credentials.
 */
export type SignQuery = (url: URL, body?: string) => Promise<Record<string, string>>;
