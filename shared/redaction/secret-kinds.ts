/** One kind of secret that its own shape gives away. */
export interface SecretKind {
  name: string;
  /** Lower-case text of which one must be there before the expression is tried: most lines have none. */
  hints: string[];
  /** Group 1 stays, group 2 is the secret. What follows the secret is never required, so that matching is linear. */
  pattern: RegExp;
  /** Prose that only looks alike. */
  except?: RegExp;
}

const prefixed = (name: string, hint: string, pattern: RegExp): SecretKind => ({ name, hints: [hint], pattern });

/** "basic authentication", "bearer token-based": words, not credentials. */
const PROSE = /^(?:[a-z._/=-]{1,24}|[A-Z]?[a-z]{1,23}|[A-Z]{1,16})$/;

export const SECRET_KINDS: readonly SecretKind[] = [
  {
    name: 'authorization',
    hints: ['bearer', 'basic', 'negotiate', 'splunk'],
    pattern: /(\b(?:bearer|basic|negotiate|splunk)(?:\s{1,4}|%20))([A-Za-z0-9._~+/=-]{6,})/gi,
    except: PROSE,
  },
  prefixed('jwt', 'eyj', /(?<![A-Za-z0-9])()(eyJ[\w.=-]{10,})/g),
  prefixed('eks-token', 'k8s-aws-v1.', /()(k8s-aws-v1\.[\w=-]{6,})/g),
  {
    name: 'aws-key-id',
    hints: ['akia', 'asia', 'abia', 'acca'],
    pattern: /(?<![A-Za-z0-9])()((?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,})/g,
  },
  { name: 'github', hints: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], pattern: /()(gh[pousr]_[A-Za-z0-9]{16,})/g },
  prefixed('github-fine-grained', 'github_pat_', /()(github_pat_\w{16,})/g),
  prefixed('gitlab', 'glpat-', /()(glpat-[\w-]{12,})/g),
  { name: 'slack', hints: ['xox', 'xapp-'], pattern: /(?<![A-Za-z0-9])()((?:xox[a-z]|xapp)-[\w-]{8,})/g },
  {
    name: 'webhook',
    hints: ['hooks.slack', 'api/webhooks', 'webhook.office', 'events.pagerduty'],
    pattern:
      /((?:hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers|commands)|\/api\/webhooks|webhook\.office\.com\/webhookb2|events\.pagerduty\.com\/integration)\/)([^\s"'`<>\\)}]+)/gi,
  },
  prefixed('google-api-key', 'aiza', /()(AIza[\w-]{20,})/g),
  prefixed('google-oauth', 'ya29.', /()(ya29\.[\w.-]{12,})/g),
  prefixed('google-client-secret', 'gocspx-', /()(GOCSPX-[\w-]{12,})/g),
  { name: 'stripe', hints: ['_live_', '_test_'], pattern: /(?<![A-Za-z0-9])()([srp]k_(?:live|test)_[A-Za-z0-9]{8,})/g },
  prefixed('signing-secret', 'whsec_', /()(whsec_[A-Za-z0-9+/=]{12,})/g),
  prefixed('sk-key', 'sk-', /(?<![A-Za-z0-9-])()(sk-[\w-]{20,})/g),
  prefixed('sendgrid', 'sg.', /(?<![A-Za-z0-9])()(SG\.[\w.-]{20,})/g),
  prefixed('npm', 'npm_', /(?<![A-Za-z0-9])()(npm_[A-Za-z0-9]{30,})/g),
  prefixed('pypi', 'pypi-', /()(pypi-[\w-]{30,})/g),
  prefixed('vault', 'hv', /(?<![A-Za-z0-9])()(hv[sbr]\.[\w-]{16,})/g),
  { name: 'grafana', hints: ['glsa_', 'glc_'], pattern: /()(gl(?:sa|c)_[\w=+/]{16,})/g },
  { name: 'new-relic', hints: ['nrak-', 'nral'], pattern: /()(NRAK-[A-Z0-9]{16,}|[a-f0-9]{36}NRAL)/g },
  prefixed('databricks', 'dapi', /(?<![A-Za-z0-9])()(dapi[0-9a-f]{30,})/g),
  prefixed('docker', 'dckr_pat_', /()(dckr_pat_[\w-]{12,})/g),
  prefixed('twilio', 'sk', /(?<![A-Za-z0-9])()(SK[0-9a-f]{32})/g),
  prefixed('age', 'age-secret-key-', /()(AGE-SECRET-KEY-1[A-Z0-9]{10,})/gi),
  prefixed('telegram', ':aa', /((?<!\d)\d{8,10}:)(AA[\w-]{30,})/g),
  {
    name: 'signed-query',
    hints: ['key=', 'sig=', 'signature=', 'code=', 'auth=', 'sid=', 'session=', 'x-amz-', 'x-goog-'],
    pattern:
      /([?&;](?:key|sig|signature|code|auth|sid|session|x-(?:amz|goog)-(?:signature|credential|security-token))=)([^\s"'`<>&#;]{6,})/gi,
  },
  {
    name: 'mysql-dsn',
    hints: ['@tcp(', '@unix(', '@udp('],
    pattern: /((?<![\w.-])[\w.-]{1,64}:)([^\s"'`]{1,256})(?=@(?:tcp|unix|udp)\()/gi,
  },
  prefixed('sql', 'identified by', /(identified by\s{1,4}['"])([^'"\n]{1,512})/gi),
  {
    name: 'curl-user',
    hints: [' -u', '--user'],
    pattern: /( (?:-u|--user)[ =]{0,4}["']?[\w.@-]{1,64}:)([^\s"']{1,256})/g,
  },
  {
    name: 'password-hash',
    hints: ['$2', '$apr1$', '$5$', '$6$', '$y$', '$argon2', '$scrypt$'],
    pattern: /()(\$(?:2[abxy]|apr1|[56]|y|argon2(?:id?|d)|scrypt)\$[\w./$=,+-]{20,})/g,
  },
  prefixed(
    'netrc',
    'machine',
    /(\bmachine\s{1,8}\S{1,253}\s{1,8}login\s{1,8}\S{1,128}\s{1,8}password\s{1,8})(\S{1,256})/g,
  ),
  {
    name: 'spoken',
    hints: ['token', 'password', 'api key'],
    // Mixed case and a digit: no word, and no name that Kubernetes allows.
    pattern:
      /(\b(?:[Tt]oken|[Pp]assword|[Aa][Pp][Ii] [Kk]ey) (?:(?:is|was|of) )?["'`]?)((?=[\w-]{0,64}[A-Z])(?=[\w-]{0,64}[a-z])(?=[\w-]{0,64}\d)[\w-]{16,})/g,
  },
  {
    name: 'chinese',
    hints: ['密码', '口令', '密钥', '令牌'],
    pattern: /((?:密码|口令|密钥|令牌)(?:是|为)?\s{0,4}[:：=是为]\s{0,4}["'“‘]?)([!-~]{4,256})/g,
  },
  prefixed('xml', '</', /(<[\w.:-]{0,40}(?:password|secret|token|apikey)>\s{0,4})([^<\n]{1,512})/gi),
];
