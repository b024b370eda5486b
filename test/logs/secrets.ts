/**
 * Secrets of every kind that a log may hold. Each is of the right form and obviously no real one, and is put together
 * here of parts, because code hosts refuse a push that holds anything of their forms.
 */
const random = (alphabet: string, length: number, seed = 0): string => {
  let state = (seed + 1) * 2_654_435_761;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length }, () => alphabet[Math.floor(next() * alphabet.length)]).join('');
};
const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const mixed = 'AbCdEfGhIjKlMnOpQrStUvWxYz0123456789';
const hex = '0123456789abcdef';
const base64url = (text: string): string => Buffer.from(text).toString('base64url');

const keyBody = Array.from({ length: 6 }, (_, i) => random(mixed, 64, 100 + i));
const jwt = [
  base64url('{"alg":"HS256","typ":"JWT"}'),
  base64url('{"sub":"not-a-real-user","exp":1795161600}'),
  random(mixed, 43, 5),
].join('.');

/** Name of the kind -> the secret alone, which may stand nowhere in an answer. */
export const secrets = {
  awsKeyId: ['AK', 'IA', random(upper, 16)].join(''),
  awsSecretKey: random(mixed, 40, 2),
  githubToken: ['gh', 'p_', random(mixed, 36, 3)].join(''),
  githubFineToken: ['github', '_pat_', random(mixed, 22, 4), '_', random(mixed, 59, 5)].join(''),
  jwt,
  bearer: random(mixed, 32, 6),
  basic: Buffer.from(`svc-not-real:${random(mixed, 18, 7)}`).toString('base64'),
  urlPassword: `Nope-${random(mixed, 14, 8)}`,
  slackToken: ['xo', 'xb-', random('0123456789', 12), '-', random('0123456789', 12, 3), '-', random(mixed, 24, 9)].join(
    '',
  ),
  slackWebhook: ['T', random(upper, 8), '/B', random(upper, 8, 3), '/', random(mixed, 24, 10)].join(''),
  gcpKey: ['AI', 'za', random(mixed, 35, 11)].join(''),
  azureAccountKey: `${random(mixed, 86, 12)}==`,
  queryKey: random(mixed, 28, 13),
  password: `Correct-Horse-${random(mixed, 8, 14)}`,
  cookie: random(mixed, 30, 15),
  datadogKey: random(hex, 32, 1),
  newRelicKey: [random(hex, 36, 2), 'NR', 'AL'].join(''),
  honeycombKey: random(mixed, 22, 16),
} as const;

const dashes = '-'.repeat(5);
/** A private key over several lines, as PEM has it. */
export const pem = [`${dashes}BEGIN PRIVATE ${'KEY'}${dashes}`, ...keyBody, `${dashes}END PRIVATE ${'KEY'}${dashes}`];
/** The lines of its body, each of which may stand nowhere. */
export const pemBody = keyBody;

/** A text for each kind, as programs say it. */
export const spoken: readonly string[] = [
  `using access key ${secrets.awsKeyId}`,
  `env AWS_SECRET_ACCESS_KEY=${secrets.awsSecretKey} AWS_REGION=eu-west-1`,
  `clone failed with token ${secrets.githubToken}`,
  `clone failed with token ${secrets.githubFineToken}`,
  `token ${secrets.jwt} has expired`,
  `request headers: Authorization: Bearer ${secrets.bearer}`,
  `request headers: {"authorization":"Basic ${secrets.basic}","accept":"*/*"}`,
  `connecting to https://svc:${secrets.urlPassword}@gateway.example:4318/v1/traces`,
  `posting as ${secrets.slackToken}`,
  `posting to https://${'hooks'}.slack.com/services/${secrets.slackWebhook}`,
  `geocoding with key ${secrets.gcpKey}`,
  `opening DefaultEndpointsProtocol=https;AccountName=medic;AccountKey=${secrets.azureAccountKey};EndpointSuffix=core.windows.net`,
  `GET https://api.example/v1/items?api_key=${secrets.queryKey}&page=2`,
  `login as admin password=${secrets.password} from 10.4.0.7`,
  `request headers: Cookie: theme=dark; session=${secrets.cookie}`,
  `exporter headers DD-API-KEY: ${secrets.datadogKey}`,
  `exporter headers api-key=${secrets.newRelicKey}`,
  `exporter headers x-honeycomb-team=${secrets.honeycombKey}`,
];
