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
    ['numbers, with their units', 'wrote 1165 bytes in 3.5 ms at 98%', 'wrote <*> in <*> at <*>'],
    ['a quantity said twice', '1165 bytes (1.13 KB) sent, 0 bytes received', '<*> sent, <*> received'],
    ['a quantity compared', 'lifetime <1 sec', 'lifetime <*>'],
    ['ids', 'block blk_-1608999687919862906 of job_201_0001', 'block <*> of <*>'],
    ['a UUID, hexadecimal, a pointer', '3edec1e4-9678-4a3a-a21b-a145a4ee5e61 deadbeef01 0x7f3a', '<*>'],
    ['an id that has no digit', 'tenant bdaadfba', 'tenant <*>'],
    ['addresses', 'from 10.0.0.1:4317 to [fe80::1]:80 via aa:bb:0c:dd:ee:ff', 'from <*> to [<*>]:<*> via <*>'],
    ['hosts', 'proxy.cse.example.com:5070 close', '<*> close'],
    ['a package, which is no host', 'class org.apache.kafka.Foo', 'class org.apache.kafka.Foo'],
    ['paths and URLs', 'open /var/lib/x failed, see https://a.b/c?x=1&y=2', 'open <*> failed, see <*>'],
    ['a path of Windows', 'Loaded C:\\Windows\\a\\b.dll now', 'Loaded <*> now'],
    ['lists of any length', 'removed a1b2c3, 17, "x123y" from 3 | 4', 'removed <*>" from <*>'],
    ['what follows a colon or an equals sign', 'state:112, uid=0 tty=:0', 'state:<*>, uid=<*> tty=:<*>'],
    ['a time', 'at 2026-11-25T04:00:00Z and 04:00:01', 'at <*> and <*>'],
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
    const services = ['cupsd', 'hcid', 'klogd', 'portmap', 'sdpd', 'syslogd'];
    expect(templatesOf(services.map((name) => `${name} startup succeeded`))).toEqual(['<*> startup succeeded']);
    expect(templatesOf(['VM Paused', 'VM Resumed', 'VM Started', 'VM Stopped'])).toHaveLength(4);
  });

  it('keep sentences apart that differ in several words', () => {
    const sentences = ['open file', 'load config', 'read block', 'write log', 'parse date', 'find host'];
    expect(templatesOf(sentences.map((rest) => `Failed to ${rest}`))).toHaveLength(6);
  });

  it('take fields for values sooner than words', () => {
    const locks = ['RILJ', '*alarm*', 'View Lock', 'AudioMix'];
    expect(templatesOf(locks.map((tag, i) => `acquire tag="${tag}", name=com.x${i}.y, flags=0x1`))).toEqual([
      'acquire tag="<*>", name=<*>, flags=<*>',
    ]);
  });

  it('need a word of their own: functions that log a number each are as many templates', () => {
    const functions = ['setTotalSteps', 'setDiffSteps', 'setGoal', 'setDay', 'setWeek', 'setYear'];
    expect(templatesOf(functions.map((name) => `${name}=17`))).toHaveLength(6);
  });

  it('keep the names of events apart', () => {
    const names = ['SpansDropped', 'ExportError', 'SpanDroppingStarted', 'Emit.AfterShutdown', 'Timeout'];
    expect(templatesOf(names.map((name) => `sdk: name="BatchSpanProcessor.${name}"`))).toHaveLength(5);
  });

  it('are the same in any order of the messages', () => {
    const messages = ['session 17', 'session closed', 'session opened', 'Invalid user 0101', 'Invalid user admin'];
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
