interface CauseClass {
  name: string;
  /** lower-case text, one of which must be there */
  hints: string[];
  /** what decides, where a hint alone does not */
  words?: RegExp;
  except?: RegExp;
}

const anyOf = (list: string): string[] => list.split('|').map((hint) => hint.trim());

/**
 * Causes of failures, from what explains to what is explained: a lookup that times out is a matter of DNS, an export that
 * fails because the connection is refused is a matter of the connection. The first that fits counts.
 */
const CLASSES: CauseClass[] = [
  {
    name: 'after-shutdown',
    hints: anyOf(`aftershutdown | after shutdown | already shut | alreadyshutdown | already been shut |
      interrupted due to shutdown | shutdown.timeout | is shut down | after it was shut | been shutdown`),
  },
  {
    name: 'config-invalid',
    hints: anyOf(`config | unmarshal | unknown type: | error decoding | failed to build pipelines | invalid keys |
      must have at least one | spike_limit_mib | toml parse error`),
    words:
      /invalid config|(?:cannot|failed to) unmarshal the config|failed to (?:get|load|parse|read) config|error loading config|bad config|config(?:uration)? (?:error|is invalid)|empty configuration|which is not configured|unknown type: "|error decoding '|failed to build pipelines|has invalid keys|must have at least one (?:pipeline|receiver|exporter)\b|spike_limit_mib must be|TOML parse error/i,
    except: /failed to get config ?map/i,
  },
  {
    name: 'dns',
    hints: anyOf(`no such host | lookup | name resolution | name or service not known | name does not resolve |
      enotfound | eai_again | unknownhost | could not be resolved | resolve host | resolve proxy | translate host name | nxdomain |
      servfail | server misbehaving | zero addresses | dns error | gaierror | dns lookup | dns resolution |
      failed to resolve | getaddrinfo | no children to pick from | nodename nor servname | host not found |
      bad address ' | unknown mysql server host | unknown server host | dnsnameresolver`),
    words:
      /no such host|lookup \S{1,255}(?: on \S{1,60})?: |failed to lookup address|lookup failed|name resolution|[Nn]ame or service not known|does not resolve|ENOTFOUND|EAI_AGAIN|UnknownHost|could not be resolved \(|resolve host|resolve proxy|translate host name|NXDOMAIN|SERVFAIL|server misbehaving|zero addresses|dns error|gaierror|dns (?:lookup|resolution)|failed to resolve|getaddrinfo|no children to pick from|nodename nor servname|host not found|bad address '|unknown (?:mysql )?server host|DnsNameResolver/i,
  },
  {
    name: 'connection-refused',
    hints: anyOf(`connection refused | econnrefused | connectionrefused | actively refused | os error 111 |
      connect: refused | refused the connection`),
  },
  {
    name: 'tls',
    hints: anyOf(`x509 | certificate | tls: | tls handshake | tls error | ssl | handshake failure | unknownissuer |
      certnotvalid | invalidcertificate | http response to https client | server preface | wrong version number |
      handshake failed | corrupt message of type`),
    words:
      /x509|certificate|tls: (?!handshake timeout)|tls handshake(?! timeout| timed)|tls error|\bssl|SSL(?:Handshake|Exception|Error|_)|handshake fail|UnknownIssuer|CertNotValid|InvalidCertificate|HTTP response to HTTPS client|server preface: EOF|wrong version number|corrupt message/i,
  },
  {
    name: 'oom',
    hints: anyOf(`out of memory | outofmemory | oomkilled | oom-kill | oom kill | cannot allocate memory |
      memory allocation of | heap limit | heap out of | memoryerror | enomem | std::bad_alloc | java heap space |
      gc overhead | insufficient memory for the java | allowed memory size of`),
  },
  {
    name: 'disk-full',
    hints: anyOf(`no space left | enospc | disk full | disk is full | storagefull | quota exceeded | disk quota |
      diskpressure | not enough space`),
    words:
      /no space left|ENOSPC|disk (?:is )?full|StorageFull|disk quota|EDQUOT|DiskPressure|not enough space|os error 28/i,
  },
  {
    name: 'auth',
    hints: anyOf(`unauthenticated | unauthorized | permissiondenied | permission_denied | permission denied |
      forbidden | access denied | accessdenied | 401 | 403 | authentication fail | authentication error |
      invalid token | invalidtoken | expiredtoken | invalid api key | not authorized | password authentication |
      invalid credentials | invalid bearer | token expired | token is expired | login failed | invalididentitytoken |
      auth failed | authorization header | scheme or token | credentials | noauth | wrongpass`),
    words:
      /unauthenticated|unauthori[sz]ed|permission[ _]?denied|forbidden|access ?denied|(?:status|code|http|http\/\d(?:\.\d)?"?|error|response)[^\w\n]{0,4}(?:code[^\w\n]{0,4})?40[13]\b|\b40[13] (?:unauthor|forbid)|authentication (?:fail|error)|password authentication|invalid (?:api key|bearer|credentials)|invalid ?token|expired ?token|token (?:is |has )?expired|not authorized|login failed|\bauth failed|missing or empty authorization|scheme or token does not match|InvalidIdentityToken|(?:no|load|find|refresh|locate) (?:valid |cached |any )?credentials|\bNOAUTH\b|\bWRONGPASS\b/i,
  },
  {
    name: 'memory-limited',
    hints: anyOf(`high memory usage | memory usage is above | memory limit | memory_limiter | memory pressure`),
    words: /high memory usage|memory usage is above|memory limit (?:exceeded|reached)|memory pressure/i,
  },
  {
    name: 'queue-full',
    hints: anyOf(`queue is full | queue full | maxqueuesize | droppingstarted | spansdropped | logsdropped |
      channel full | buffer is full | buffer full | queue size | channelfull | full queue | queue overflow |
      dropping span | dropping log | queue capacity | no available capacity | queue limit`),
    words:
      /queue (?:is )?full|full queue|maxQueueSize reached|DroppingStarted|(?:Spans|Logs)Dropped|channel (?:is )?full|ChannelFull|buffer (?:is )?full|queue (?:size|capacity|limit) (?:exceeded|reached)|queue overflow|dropping (?:span|log)s? .{0,60}queue|no available capacity/i,
  },
  {
    name: 'too-large',
    hints: anyOf(`too large | larger than max | toolarge | exceeds maximum | exceeds the maximum | max message size |
      exceeded max | payload too | 413 | content too large | exceeds limit | maximum allowed size`),
    words:
      /(?<!number |frame )too large|TooLarge|larger than max|exceeds (?:the )?(?:maximum|limit)|max message size|(?:status|code|http)[^\w\n]{0,4}(?:code[^\w\n]{0,4})?413\b|maximum allowed size/i,
  },
  {
    name: 'throttled',
    hints: anyOf(`throttl | too many requests | toomanyrequests | rate limit | ratelimit | rate exceeded |
      resourceexhausted | resource_exhausted | resource exhausted | 429 | slow down | quota`),
    words:
      /throttl|too ?many ?requests|rate ?limit|rate exceeded|resource[ _]?exhausted|(?:status|code|http|error|response)[^\w\n]{0,4}(?:code[^\w\n]{0,4})?429\b|\b429 too|slow ?down|quota exceeded/i,
  },
  {
    name: 'partial-success',
    hints: anyOf(`partial success | partialsuccess | partial_success`),
  },
  {
    name: 'rejected',
    hints: anyOf(`rejected | invalidargument | invalid_argument | unimplemented | nonretryable | bad request |
      statuserror | unsupported media | not retryable | permanent error | 400 | 404 | 405 | 415 | 422 |
      unknown service | method not allowed | not acceptable | unprocessable | failedprecondition | refused by |
      malformed`),
    words:
      /\breject(?:ed|ing)|InvalidArgument|INVALID_ARGUMENT|unimplemented|NonRetryable|bad request|HttpClient\.StatusError|unsupported media|not retryable|permanent error|(?:status|code|http)[^\w\n]{0,4}(?:code[^\w\n]{0,4})?4(?:0[045]|15|22)\b|\b404 not found|unknown service|method not allowed|unprocessable|FailedPrecondition/i,
  },
  {
    name: 'connection-reset',
    hints: anyOf(`connection reset | econnreset | connectionreset | broken pipe | brokenpipe | epipe | os error 104 |
      os error 32 | reset by peer | connection closed | unexpected eof | socket hang up | connection aborted |
      connectionaborted | goaway | transport is closing | error reading from server: eof | remotedisconnected |
      incompletemessage | rst_stream | stream reset | closed the connection`),
  },
  {
    name: 'timeout',
    hints: anyOf(`timeout | timed out | timedout | deadline | etimedout | time out | os error 110`),
    words:
      /(?<![\w.-])timeout(?![\w.-]|["'] |["']?[=:] ?\d| (?:is|was|set|value|setting|option|config)\b)|[a-z]Timeout(?:Exception|Error|Expired)?\b|Client\.Timeout (?:exceeded|of \d)|timed ?out|deadline ?(?:_|has )?(?:exceeded|elapsed)|ETIMEDOUT|TimeoutError|time out|os error 110/i,
  },
  {
    name: 'panic',
    hints: anyOf(`panic | sigsegv | segmentation | stack overflow | fatal error | core dumped`),
    words:
      /\bpanic(?:k?ed|s|king)?\b|SIGSEGV|segmentation (?:fault|violation)|stack overflow|^fatal error: |core dumped/i,
  },
  {
    name: 'export-failed',
    hints: anyOf(`export | sender failed | batchspanprocessor | networkerror`),
    words:
      /export(?:ing|er|s|ed)?\b.{0,80}(?:fail|error|drop|retry|unavailable|exhausted|deadline)|(?:fail|error|unable|could not|cannot).{0,60}export|Export\.Failed|ExportError|ExportFailed|HttpClient\.NetworkError|OTLPExporterError|Sender failed|Export\.InProgress/i,
  },
];

/** Why a warning or an error was logged, as far as its own words say. */
export function classOf(text: string): string | undefined {
  const lower = text.toLowerCase();
  for (const { name, hints, words, except } of CLASSES) {
    if (!hints.some((hint) => lower.includes(hint))) continue;
    if ((words === undefined || words.test(text)) && !except?.test(text)) return name;
  }
  return undefined;
}
