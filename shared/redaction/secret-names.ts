/**
 * Names that say "my value is a secret", whatever the separators: DB_PASSWORD, dbPassword, db-password, pgpassword.
 * Not DSN or CONNECTION_STRING: of those only the credentials go, their host is evidence.
 */
const STEMS =
  /passw(?:or)?d|passphrase|passcode|secret|token(?!i[sz]|s?per|s?limit)|credential|authorization|(?:api|access|private|secret|sign|signing|encrypt|encryption|account|shared|master|auth|license|licence|ssh|subscription|hmac|session|app|application|integration|ingest|ingestion|write|instrumentation|storage|client|deploy|cookie)key|webhook(?:id|url)?$|jwt|cookie|kubeconfig|honeycombteam/;
/** Too short to be looked for inside other words. */
const WORDS = new Set([
  'pass',
  'pwd',
  'pw',
  'creds',
  'cred',
  'pat',
  'salt',
  'bearer',
  'signature',
  'sig',
  'pgpass',
  'netrc',
]);
/** Values under these may be harmless words (`auth: oauth2client`), so they must also look like a secret. */
const DOUBTFUL = new Set(['auth', 'basicauth', 'signature', 'sig', 'sessionid', 'session']);
/** A last word that makes the value something about a secret: TOKEN_TTL, passwordFile, secretName, token_url. */
const ABOUT = new Set(
  `file files filename path paths dir directory name names url urls uri endpoint endpoints host port ttl timeout expiry
  expires expiration exp seconds secs minutes hours days ms interval period duration lifetime age length len size min max
  count total limit limits rate enabled disabled enable required optional type kind algorithm alg format policy policies
  version mode issuer iss audience aud prefix suffix field param parameter provider ref refs reference store manager
  rotation mount arn source status state error errors validation verify check strategy scope scopes method location class
  usage used budget bucket cache service server namespace region regex pattern hint label review reviews request requests
  response projection reload rotator operator driver`.split(/\s+/),
);
/** A first word that makes it a name or a number: existingSecret, imagePullSecret, max_tokens. */
const NAMING = new Set(['existing', 'max', 'min', 'num', 'total', 'count']);

const LONGEST_NAME = 120;

const wordsOf = (name: string): string[] =>
  name
    .slice(-LONGEST_NAME)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');

export type Secrecy = 'secret' | 'doubtful' | 'no';

/** What a key, an environment variable or a header is called decides whether its value may be shown. */
export function secrecyOf(name: string): Secrecy {
  const words = wordsOf(name);
  const last = words.at(-1) ?? '';
  const joined = words.join('');
  if (words.length > 1 && (ABOUT.has(last) || NAMING.has(words[0] ?? ''))) {
    // A webhook's URL is its credential; a user's key id is half of a pair.
    return /webhook/.test(joined) ? 'secret' : 'no';
  }
  if (/pullsecrets?$|tlssecret$/.test(joined)) return 'no';
  if (DOUBTFUL.has(joined) || (words.length > 1 && (last === 'auth' || last === 'basicauth'))) return 'doubtful';
  return STEMS.test(joined) || WORDS.has(last) ? 'secret' : 'no';
}

const REFERENCE = /^(?:\$\{[\w:.-]+\}|\$\([\w.-]+\)|\$[A-Z_][A-Z0-9_]*|\{\{[^{}]*\}\}|%[A-Z_]+%)$/;
const KNOWN_PATH =
  /^(?:file:\/\/)?\/(?:etc|var|run|mnt|opt|home|tmp|usr|secrets?|vault|app|certs?|proc|data)\/[\w./@-]*$/;
const WORDS_FOR_NOTHING =
  /^(?:true|false|yes|no|on|off|null|nil|none|undefined|unset|empty|redacted|-|~|\*{3,}|x{3,}|\.{3})$/i;
/** With quotes, or with the backslash that joins lines in YAML and TOML. */
const MASKED = /^["']?\[(?:redacted(?:-\d+)?|removed)\](?:["']|\\)?$/;

export const isPlaceholder = (value: string): boolean => MASKED.test(value.trim());

/** `${TOKEN}`, `$(TOKEN)`, `{{ .token }}`: names a secret, is none. */
export const isReference = (value: string): boolean => REFERENCE.test(value.trim());

/** Values that say nothing even under a secret's name: nothing, a switch, a reference, a path in the container. */
export function isOpen(value: string): boolean {
  const trimmed = value.trim();
  return (
    trimmed === '' ||
    trimmed.length < 2 ||
    WORDS_FOR_NOTHING.test(trimmed) ||
    REFERENCE.test(trimmed) ||
    KNOWN_PATH.test(trimmed) ||
    MASKED.test(trimmed)
  );
}

/** For doubtful names: a user:password pair, or a long word with digits or mixed case in it. */
const looksSecret = (value: string): boolean =>
  /^[^\s:/]+:[^\s/]+$/.test(value) ||
  (/^\S{12,}$/.test(value) && /[0-9]/.test(value)) ||
  /^[A-Za-z0-9+/=_-]{16,}$/.test(value);

/** Must this value be hidden because of its name? */
export function hides(name: string, value: string): boolean {
  if (isOpen(value)) return false;
  const secrecy = secrecyOf(name);
  return secrecy === 'secret' || (secrecy === 'doubtful' && looksSecret(value));
}

/** Headers whose values are never credentials; any other header sent to a backend may be one (x-honeycomb-team). */
const OPEN_HEADER =
  /^(?:accept(?:-.*)?|content-.*|user-agent|host|connection|cache-control|origin|referer|range|te|trace(?:parent|state)|x-scope-orgid|x-request-id|x-forwarded-.*|x-prometheus-.*|stream-name|upgrade|via|date|custom-header)$/i;

export const isOpenHeader = (name: string): boolean => OPEN_HEADER.test(name.trim());

/** OTEL_EXPORTER_OTLP_HEADERS and its signals' own: a list of headers, most of them credentials. */
export const isHeaderList = (name: string): boolean => /(?:^|[_.-])headers$/i.test(name);
