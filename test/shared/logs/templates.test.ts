import { describe, expect, it } from 'vitest';
import { Masker } from '#shared/logs/templates/masker.ts';
import { makeTemplateStore } from '#shared/logs/templates/template-store.ts';

function masked(message: string): string {
  const masker = new Masker();
  masker.scan(message);
  return masker.masked();
}

function templatesOf(messages: string[]): string[] {
  const store = makeTemplateStore(() => undefined);
  for (const message of messages) store.groupOf(message, (text) => text);
  return store.templates().map(({ text }) => text);
}

describe('the values in a message', () => {
  it.each([
    ['numbers, with their units', 'wrote 2048 bytes in 3.5 ms at 98%', 'wrote <*> in <*> at <*>'],
    ['a quantity said twice', '2048 bytes (2.0 KiB) queued, 0 bytes dropped', '<*> queued, <*> dropped'],
    [
      'what is said of a value in brackets, be it nothing',
      'from 10.0.0.1 (a.example.com) and 10.0.0.2 () on',
      'from <*> and <*> on',
    ],
    ['a unit behind brackets', 'heap 2083.0 (2111.2) -> 17.1 (18.2) MB', 'heap <*> -> <*>'],
    ['no number that follows a name with one', 'GET /v1/traces HTTP/1.1 200 17', 'GET <*> HTTP/1.1 <*>'],
    ['no brackets that are a call', 'run 17 func() and () now', 'run <*> func() and () now'],
    ['a quantity compared', 'kept for <1 sec', 'kept for <*>'],
    ['ids', 'chunk wal-1608999687919 of batch_17_0001', 'chunk <*> of <*>'],
    ['a UUID, hexadecimal, a pointer', '7b1fc2d0-5e8a-4c3b-9f60-2d4e6a8c0b1f deadbeef01 0x7f3a', '<*>'],
    ['an id that has no digit', 'tenant bdaadfba', 'tenant <*>'],
    ['addresses', 'from 10.0.0.1:4317 to [fe80::1]:80 via aa:bb:0c:dd:ee:ff', 'from <*> to [<*>]:<*> via <*>'],
    ['a unit, of a number alone', 'flushed 3 s /var/lib/wal s 0x1f b', 'flushed <*> s <*> b'],
    ['hosts', 'collector.otlp.example.com:4317 close', '<*> close'],
    ['hosts, whatever they begin with', 'info.traces.example.com:443, local.otlp.svc', '<*>'],
    [
      'a package, which is no host',
      'class io.opentelemetry.sdk.trace in org.slf4j.impl',
      'class io.opentelemetry.sdk.trace in org.slf4j.impl',
    ],
    [
      'names of fields, which are no hosts',
      'no service.instance.id, host.id or user.home',
      'no service.instance.id, host.id or user.home',
    ],
    ['paths and URLs', 'open /var/lib/x failed, see https://a.b/c?x=1&y=2', 'open <*> failed, see <*>'],
    [
      'URLs with brackets',
      'see https://[fe80::1]:4317/v1/x, postgres://[redacted]:[redacted]@db:5432/hub on',
      'see <*> on',
    ],
    ['a path of Windows', 'Loaded C:\\k\\kubelet.exe from \\var\\lib\\kubelet now', 'Loaded <*> from <*> now'],
    ['no line ends that are written out', 'said \\npanic\\ngoroutine', 'said \\npanic\\ngoroutine'],
    ['lists of any length', 'removed a1b2c3, 17, "x123y" from 3 | 4', 'removed <*>" from <*>'],
    ['what follows a colon or an equals sign', 'state:112, uid=0 tty=:0', 'state:<*>, uid=<*> tty=:<*>'],
    ['a time', 'at 2026-11-25T04:00:00Z and 04:00:01', 'at <*> and <*>'],
    ['a date in words', 'not after Wed Nov 25 04:00:00 UTC 2026, but 25 Nov 2026', 'not after <*>, but <*>'],
    ['a date of mail', 'expires Wed, 25 Nov 2026 04:00:00 GMT (in 3 days)', 'expires <*> (in <*>)'],
    ['a date in a list', 'from 10.0.0.1 Wed Nov 25 2026, pod-7d4f9 Nov 25', 'from <*>'],
    ['no month that is a word', 'May fail; Mar is no shard', 'May fail; Mar is no shard'],
    [
      'names that are numbered one after the other',
      'brokers kafka0, kafka1 kafka17 and kafka128 down',
      'brokers <*> and <*> down',
    ],
    ['an ordinal, of one digit as of three', 'hub-0 10.0.0.1 joined shop/hub-100 10.0.0.2', '<*> joined <*>'],
    ['no name that stands alone, or beside another', 'node1 zone2 down', 'node1 zone2 down'],
    ['no words with a digit or two', 'IPv6 on en0 by SOCKS5', 'IPv6 on en0 by SOCKS5'],
  ])('%s', (_, message, template) => expect(masked(message)).toBe(template));

  it('are hashed away: what differs in values alone has one hash', () => {
    const hashOf = (text: string) => {
      const masker = new Masker();
      masker.scan(text);
      return [masker.a, masker.b];
    };
    expect(hashOf('took 5ms for /a/b')).toEqual(hashOf('took   17 seconds for /c/d/e'));
    expect(hashOf('took 5ms')).not.toEqual(hashOf('took 5ms again'));
  });
});

describe('templates', () => {
  it('hold many words in one place of a sentence, and keep few apart', () => {
    const services = ['cart', 'checkout', 'payment', 'quote', 'shipping', 'email'];
    expect(templatesOf(services.map((name) => `${name} has been added`))).toEqual(['<*> has been added']);
    expect(templatesOf(['Exporter started', 'Exporter paused', 'Exporter ended', 'Exporter failed'])).toHaveLength(4);
  });

  it('keep apart what has but one word in common', () => {
    const verbs = ['start', 'stop', 'drain', 'cordon', 'evict', 'taint'];
    expect(templatesOf(verbs.map((verb) => `${verb} (request 17)`))).toHaveLength(6);
    const parts = ['ResourceSpans', 'ResourceLog', 'ScopeSpans', 'ScopeLogs', 'SpanEvent', 'LogRecord'];
    expect(templatesOf(parts.map((part) => `${part} #0`))).toHaveLength(6);
  });

  it.each([
    ['names that differ in their number', ['worker1 is idle', 'worker2 is idle'], '<*> is idle'],
    ['a name where another has a list', ['brokers kafka0 lost', 'brokers kafka1, kafka2 lost'], 'brokers <*> lost'],
    ['a word where another has a value', ['proxy=none used', 'proxy=10.0.0.1:3128 used'], 'proxy=<*> used'],
    ['what a call is given', ['exec(sh) failed', 'exec(/bin/ls) failed'], 'exec(<*>) failed'],
    [
      'fields behind the name of a group',
      ['env:otel.sdk=java', 'env:otel.level=info', 'env:otel.logs=none', 'env:app.mode=any'].map(
        (text) => `resource ${text}`,
      ),
      'resource env:<*>=<*>',
    ],
  ])('take for a value %s', (_, messages, template) => expect(templatesOf(messages)).toEqual([template]));

  it.each([
    ['a cause after a colon', ['export failed: EOF', 'export failed: 503']],
    ['a word of the sentence', ['session 17', 'session closed']],
    ['one name of its own', ['queue node1 full', 'queue shard1 full']],
  ])('keep apart %s', (_, messages) => expect(templatesOf(messages)).toHaveLength(2));

  it('keep sentences apart that differ in several words', () => {
    const sentences = ['open file', 'load config', 'read block', 'write log', 'parse date', 'find host'];
    expect(templatesOf(sentences.map((rest) => `Failed to ${rest}`))).toHaveLength(6);
  });

  it('take fields for values sooner than words', () => {
    const leases = ['scheduler', '*any*', 'Node Leases', 'controllers'];
    expect(templatesOf(leases.map((lease, i) => `take lease="${lease}", holder=com.x${i}.y, flags=0x1`))).toEqual([
      'take lease="<*>", holder=<*>, flags=<*>',
    ]);
  });

  it('need a word of their own: functions that log a number each are as many templates', () => {
    const functions = ['setQueueSize', 'setBatchSize', 'setTimeout', 'setRatio', 'setLimit', 'setRetries'];
    expect(templatesOf(functions.map((name) => `${name}=17`))).toHaveLength(6);
  });

  it('keep the names of fields apart, at the head or behind one', () => {
    const fields = ['queueSize', 'batchSize', 'max_retries', 'min_ratio', 'p99.limit'];
    expect(templatesOf(fields.map((name) => `17|exporter|${name}=17`))).toHaveLength(5);
    expect(templatesOf(fields.map((name) => `exporter: ${name}=17 is over its limit`))).toHaveLength(5);
    expect(templatesOf(fields.map((name) => `exporter of {${name}=17} is over its limit`))).toHaveLength(5);
  });

  it('find names with numbers also among other sentences of their length', () => {
    const words = ['link', 'disk', 'node', 'pod', 'mount', 'lease', 'watch'];
    const word = (i: number) => words[i % words.length];
    const others = words.map((own, i) => `${i % 2 ? 'new' : 'old'} ${own} ${word(i + 1)} ${word(i + 2)}`);
    const shards = ['shard0 moved by operator.', 'shard2 moved by operator.', 'shard9 moved by operator.'];
    expect(templatesOf([...others, ...shards])).toContain('<*> moved by operator.');
  });

  it('keep the names of events apart', () => {
    const names = ['SpansDropped', 'ExportError', 'SpanDroppingStarted', 'Emit.AfterShutdown', 'Timeout'];
    expect(templatesOf(names.map((name) => `sdk: name="BatchSpanProcessor.${name}"`))).toHaveLength(5);
    expect(templatesOf(names.map((name) => `sdk: name="Batch${name}" interval=17`))).toHaveLength(5);
    expect(templatesOf(['cart', 'Quote'].map((name) => `sdk: name="${name}" is open`))).toHaveLength(1);
  });

  it('are the same in any order of the messages', () => {
    const messages = ['lease 17', 'lease lost', 'lease taken', 'no such user 0101', 'no such user admin'];
    expect(templatesOf(messages).sort()).toEqual(templatesOf([...messages].reverse()).sort());
  });

  it('stay bounded when every message is another one, and what is frequent stays', () => {
    const store = makeTemplateStore(() => undefined);
    const word = (n: number) =>
      [...n.toString(26)].map((digit) => String.fromCharCode(103 + (Number.parseInt(digit, 26) % 20))).join('');
    let frequent = 0;
    for (let i = 0; i < 20_000; i++) {
      store.groupOf(`${word(i)} ${word(i * 7)} ${word(i * 13)} said ${word(i * 31)}`, (text) => text);
      if (i % 10 === 0) frequent = store.groupOf('the frequent one', (text) => text);
    }
    expect(store.templates().length).toBeLessThanOrEqual(4001);
    expect(store.evicted()).toBeGreaterThan(0);
    const found = store.templates().find(({ text }) => text === 'the frequent one');
    expect(found?.groups).toContain(store.resolve(frequent));
  });
});
