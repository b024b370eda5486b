import type { Code } from './catalogue.ts';
import type { SaidRecord } from './log-records.ts';

/** One kind of failure that programs of any language log in their own words. */
export interface FailureMessage {
  code: Code;
  /** classes of the log analyzer that mean it */
  causes?: string[];
  /** or what the record says, where it is more than a class */
  words?: RegExp;
  /** the host, the right or the call that it is about: the first group that caught something */
  about?: RegExp;
}

/** Records about telemetry have rules of their own; a namespace or application may be called after it all the same. */
const TELEMETRY =
  /\b(otlp(?![-_](?:app|system)\b)|otel|opentelemetry|span|exporter|(?:traces|metrics|logs) export\b)|BatchSpan|BatchLog|PeriodicReader/i;

/** Bounded, so that a long word costs no more than its length. */
const HOST = '[a-zA-Z0-9](?:[-a-zA-Z0-9_.]{0,251}[a-zA-Z0-9])?';

/** What stands first in the text counts. */
const anyOf = (...forms: string[]): RegExp => new RegExp(forms.join('|'));

/** These say why, whoever says it and whatever about. */
export const ABOUT_RIGHTS: ReadonlySet<Code> = new Set<Code>(['rbac-forbidden', 'aws-credentials-failing']);

/** The first that fits a record counts. */
export const FAILURE_MESSAGES: FailureMessage[] = [
  {
    code: 'rbac-forbidden',
    // Within another quotation, as klog writes it, each quote is escaped.
    // What has reviewed its own access says it before it is refused.
    words:
      /is forbidden: User \\?"system:serviceaccount:[^"]{1,300}" cannot |missing \\?["']?[\w/]{1,30}\\?["']? permissions? on (?:the )?(?:resource )?\\?["']/,
    about:
      /User \\?"(system:serviceaccount:[^"]{1,300}" cannot \w+ resource \\?"[^"]{1,100}")|missing \\?["']?([\w/]{1,30}\\?["']? permissions? on (?:the )?(?:resource )?\\?["'][\w./]{1,100})/,
  },
  {
    code: 'aws-credentials-failing',
    words:
      /AssumeRoleWithWebIdentity|InvalidIdentityToken|ExpiredToken|NoCredentialProviders|no EC2 IMDS role found|Unable to locate credentials|failed to refresh cached credentials|CredentialsProviderError|CredentialsNotLoaded|(?:Could not|Unable to) load credentials|Unable to get IAM security credentials|UnrecognizedClientException|InvalidClientTokenId|is not authorized to perform: [a-z0-9-]+:\w+/,
    about: /is not authorized to perform: ([a-z0-9-]+:\w+)/,
  },
  {
    code: 'dns-resolution-failing',
    causes: ['dns'],
    about: anyOf(
      `(?:ENOTFOUND|EAI_AGAIN|lookup(?! (?:address|failed|error|for)\\b)|lookup failed:|UnknownHostException:|host:|host name|server host|upstream|bad address) ["']?(${HOST})`,
      `(?:resolve server|resolution failed for|getaddrinfo for|connection to|connecting to|tcp connect) \\(?(${HOST})`,
      `(${HOST}) could not be resolved`,
      `not known \\((${HOST})`,
      `//(?:[^\\s/@]{1,80}@)?(${HOST})`,
    ),
  },
  {
    code: 'external-endpoint-unreachable',
    causes: ['connection-refused', 'connection-reset'],
    // A deadline may be anybody's; these are of a connection.
    words:
      /[Cc]onnection timed out|\(110: Operation timed out\)|[Cc]onnection timeout expired|i\/o timeout|no route to host|ETIMEDOUT|EHOSTUNREACH|os error 11[03]\b|Connection to \S{1,300} refused|[Cc]onnection to node -?\d{1,9} \(\S{1,300}\) could not be established|Can't connect to MySQL server on|[Ff]ailed to connect to \S|could not connect to server|\bConnection error\.|All connection attempts failed|\bfetch failed\b/,
    about: anyOf(
      // Minutes and seconds of the time are no host and port.
      `((?!\\d{1,4}:)(?:${HOST})(?::|/[0-9.]{7,15}:)\\d{2,5})(?!:\\d|\\.\\w|\\w|->)`,
      `server at "(${HOST})"`,
      `server on '(${HOST})`,
      `host='(${HOST})'`,
      `connect to (${HOST}) port`,
      `on host "(${HOST})"`,
    ),
  },
];

/** A Collector tells at info what it will try again. */
const TRIES_AGAIN = /Exporting failed\. Will retry/;

/** The failure that a record tells; one about telemetry only where it says why. What is logged at info is none. */
export function failureIn({ text, level, cause = '' }: SaidRecord): FailureMessage | undefined {
  if ((level === 'info' || level === 'debug') && !TRIES_AGAIN.test(text)) return undefined;
  const found = FAILURE_MESSAGES.find(({ causes, words }) => causes?.includes(cause) || words?.test(text));
  return found && TELEMETRY.test(text) && !ABOUT_RIGHTS.has(found.code) ? undefined : found;
}

export const aboutIn = ({ about }: FailureMessage, { text }: SaidRecord): string | undefined =>
  about && (about.exec(text.replaceAll('\\"', '"')) ?? []).slice(1).find((group) => group !== undefined);
