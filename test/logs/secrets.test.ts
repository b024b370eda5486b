import { describe, expect, it } from 'vitest';
import { analyzeLogs } from '#shared/logs/analyze.ts';
import { expectSound, textsOf } from './answer-properties.ts';
import { pem, pemBody, secrets, spoken } from './secrets.ts';

const second = (i: number) => String(i % 60).padStart(2, '0');
const time = (i: number) => `2026-11-20T08:${second(Math.floor(i / 60))}:${second(i)}.000000Z`;
const quoted = (text: string) => JSON.stringify(text);

/** Each text of a kind as one record of a format, at error, so that samples and recent errors show it. */
const formats: Record<string, (text: string, i: number) => string> = {
  plain: (text) => text,
  tracing: (text, i) => `${time(i)} ERROR hub::export: ${text}`,
  'tracing field': (text, i) => `${time(i)} ERROR hub::export: failed detail=${quoted(text)}`,
  'tracing JSON': (text, i) => JSON.stringify({ timestamp: time(i), level: 'ERROR', fields: { message: text } }),
  zap: (text, i) =>
    `${time(i)}\terror\tinternal/queue_sender.go:62\tExporting failed.\t${JSON.stringify({ error: text })}`,
  logfmt: (text, i) => `ts=${time(i)} level=error msg=failed err=${quoted(text)}`,
  klog: (text, i) => `E1120 08:00:${second(i)}.000000       1 main.go:12] "Failed" err=${quoted(text)}`,
  python: (text, i) => `2026-11-20 08:00:${second(i)},000 ERROR bridge: ${text}`,
  Java: (text, i) =>
    `${time(i)} ERROR 1 --- [main] c.e.Bridge : failed\njava.lang.IllegalStateException: ${text}\n\tat Bridge.main(Bridge.java:1)`,
  coloured: (text, i) => `\u001b[2m${time(i)}\u001b[0m \u001b[31mERROR\u001b[0m hub: \u001b[3mdetail\u001b[0m=${text}`,
};

/** Cuts every line after `width` bytes, as containerd does. */
const cri = (log: string, width: number): string =>
  log
    .split('\n')
    .flatMap((line) => {
      const parts = line.match(new RegExp(`.{1,${width}}`, 'gsu')) ?? [''];
      return parts.map((part, n) => `${time(n)} stderr ${n === parts.length - 1 ? 'F' : 'P'} ${part}`);
    })
    .join('\n');
const docker = (log: string): string =>
  log
    .split('\n')
    .map((line, i) => JSON.stringify({ log: `${line}\n`, stream: 'stderr', time: time(i) }))
    .join('\n');

/** No run of twelve characters of a secret may be left: half a key is a key. */
const expectNone = async (log: string): Promise<void> => {
  const answer = await analyzeLogs([Buffer.from(log)], { assignments: true });
  expectSound(answer);
  const shown = textsOf(answer).join('\n');
  const left = [
    ...Object.entries(secrets),
    ...pemBody.map((line, i) => [`line ${i} of the key`, line] as const),
  ].flatMap(([kind, secret]) => {
    const pieces = Array.from({ length: Math.max(1, secret.length - 11) }, (_, at) => secret.slice(at, at + 12));
    const found = pieces.find((piece) => shown.includes(piece));
    return found ? [`${kind}: ${found}`] : [];
  });
  expect(left.join('\n')).toBe('');
};

describe.each(Object.entries(formats))('secrets in %s', (_, format) => {
  const log = [...spoken.map(format), format('loaded key', 40), ...pem, format('after the key', 41)].join('\n');

  it('stand nowhere in the answer', () => expectNone(log));
  it.each([20, 60, 300])('stand nowhere in it when CRI cuts lines after %i characters', (width) =>
    expectNone(cri(log, width)),
  );
  it('stand nowhere in it when Docker wraps them', () => expectNone(docker(log)));
});

describe('secrets over several lines', () => {
  const head = `${time(0)} ERROR hub::export: request was`;

  it.each([
    [
      'a private key in a field of JSON',
      JSON.stringify({ level: 'error', msg: 'bad key', private_key: pem.join('\n') }),
    ],
    ['a private key whose end never comes', [head, ...pem.slice(0, 4)].join('\n')],
    ['a private key whose head was cut off', [...pem.slice(3), head].join('\n')],
    ['an indented private key', [head, ...pem.map((line) => `    ${line}`)].join('\n')],
    ['a private key with an escaped newline in logfmt', `level=error msg="bad key" key="${pem.join('\\n')}"`],
    ['pretty JSON', `${head} {\n  "password": "${secrets.password}",\n  "apiKey":\n    "${secrets.queryKey}"\n}`],
    [
      'headers below one another',
      `${head}\n    Authorization: Bearer ${secrets.bearer}\n    Cookie: session=${secrets.cookie}`,
    ],
    ['YAML', `${head}\n  exporters:\n    otlp:\n      headers:\n        x-honeycomb-team: ${secrets.honeycombKey}`],
    ['a header whose value is on the next line', `${head}\n    Authorization:\n      Bearer ${secrets.bearer}`],
  ])('stand nowhere in the answer: %s', (_, log) => expectNone(log));
});
