import type { Fields, Level, Message, Program } from './message.ts';
import type { Values } from './values.ts';

type Write = Program['write'];
const quoted = (value: string | number): string => (typeof value === 'number' ? `${value}` : JSON.stringify(value));
const pairs = (fields: Fields): string[] => Object.entries(fields).map(([key, value]) => `${key}=${quoted(value)}`);
const micros = (at: Date, v: Values): string => at.toISOString().replace('Z', `${String(v.count()).padStart(3, '0')}Z`);
const fieldsOf = ({ fields }: Message, v: Values): Fields => fields?.(v) ?? {};
const followed = (head: string, { stack }: Message, v: Values): string[] => [head, ...(stack?.(v) ?? [])];

/** tracing-subscriber's full format, with a span around every third record. */
export const tracingFull: Write = (at, message, v) => {
  const span = v.chance(0.3)
    ? `export{request_id=${v.count(100_000)} signal="${v.pick(['traces', 'logs', 'metrics'])}"}: `
    : '';
  const head = `${micros(at, v)} ${message.level.toUpperCase().padStart(5)} ${span}${message.origin}:`;
  return followed([head, message.text(v), ...pairs(fieldsOf(message, v))].filter(Boolean).join(' '), message, v);
};

/** opentelemetry-rust's own events: the name comes first, the sentence last. */
export const tracingEvent: Write = (at, message, v) => {
  const head = `${micros(at, v)} ${message.level.toUpperCase().padStart(5)} ${message.origin}:`;
  return [[head, ...pairs(fieldsOf(message, v)), message.text(v)].filter(Boolean).join(' ')];
};

export const tracingJson: Write = (at, message, v) => [
  JSON.stringify({
    timestamp: micros(at, v),
    level: message.level.toUpperCase(),
    fields: { message: message.text(v), ...fieldsOf(message, v) },
    target: message.origin,
  }),
];

const resource = {
  'service.instance.id': '6cad5b66-4ab0-4da4-b921-9c2f670c23ff',
  'service.name': 'otelcol',
  'service.version': '0.161.0',
};
/** zap's console encoder, as the Collector has it. */
export const zapConsole: Write = (at, message, v) => {
  const fields = JSON.stringify({ resource, ...fieldsOf(message, v) })
    .replaceAll('":', '": ')
    .replaceAll(',"', ', "');
  return followed([at.toISOString(), message.level, message.origin, message.text(v), fields].join('\t'), message, v);
};

export const zapJson: Write = (at, message, v) => {
  const { stack } = message;
  const trace = stack ? { stacktrace: stack(v).join('\n') } : {};
  const head = { level: message.level, ts: at.toISOString(), caller: message.origin, msg: message.text(v) };
  return [JSON.stringify({ ...head, ...fieldsOf(message, v), ...trace })];
};

const two = (n: number): string => String(n).padStart(2, '0');
export const klog: Write = (at, message, v) => {
  const letter = { error: 'E', warn: 'W', info: 'I', debug: 'I' }[message.level];
  const time = micros(at, v).slice(11, -1);
  const head = `${letter}${two(at.getUTCMonth() + 1)}${two(at.getUTCDate())} ${time}       1 ${message.origin}]`;
  return [[head, JSON.stringify(message.text(v)), ...pairs(fieldsOf(message, v))].join(' ')];
};

const bare = (value: string | number): string => (/^[^\s"=]+$/.test(`${value}`) ? `${value}` : JSON.stringify(value));
export const logfmt: Write = (at, message, v) => {
  const head = { ts: at.toISOString(), caller: message.origin, level: message.level, msg: message.text(v) };
  const fields = Object.entries({ ...head, ...fieldsOf(message, v) });
  return [fields.map(([key, value]) => `${key}=${bare(value)}`).join(' ')];
};

export const pythonLogging: Write = (at, message, v) => {
  const level = { error: 'ERROR', warn: 'WARNING', info: 'INFO', debug: 'DEBUG' }[message.level];
  const time = at.toISOString().replace('T', ' ').replace('.', ',').slice(0, -1);
  return followed(`${time} ${level} ${message.origin}: ${message.text(v)}`, message, v);
};

export const springBoot: Write = (at, message, v) => {
  const level = message.level.toUpperCase().padStart(5);
  const thread = `${v.pick(['exec', 'export', 'scheduling'])}-${v.count(8)}`.padStart(15);
  const head = `${at.toISOString()} ${level} 1 --- [${thread}] ${message.origin.padEnd(40)} : ${message.text(v)}`;
  return followed(head, message, v);
};

const nginxLevel: Record<Level, string> = { error: 'error', warn: 'warn', info: 'notice', debug: 'debug' };
export const nginx: Write = (at, message, v) => {
  const time = at.toISOString().slice(0, 19).replace('T', ' ').replaceAll('-', '/');
  return [`${time} [${nginxLevel[message.level]}] 31#31: *${v.count(1_000_000)} ${message.text(v)}`];
};

/** A crash has no head of a logger: its lines are all there is. */
export const crash: Write = (_, message, v) => followed(message.text(v), message, v);
