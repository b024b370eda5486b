import { crash, tracingEvent, tracingFull, tracingJson } from './formats.ts';
import type { Message, Program } from './message.ts';
import { sdk } from './opentelemetry-sdk.ts';
import { rustBacktrace } from './stacks.ts';
import type { Values } from './values.ts';

const refused = (v: Values): string => `tcp connect error: Connection refused (os error 111) ${v.ip()}:4317`;

const service: readonly Message[] = [
  {
    level: 'info',
    weight: 40,
    origin: 'hub::ingest',
    text: () => 'batch accepted',
    fields: (v) => ({ items: v.count(8192), bytes: v.count(900_000), elapsed_ms: v.operation() }),
  },
  {
    level: 'info',
    weight: 20,
    origin: 'hub::export',
    text: (v) => `batch of ${v.count(512)} spans exported to ${v.ip()}:4317`,
    fields: (v) => ({ elapsed_ms: v.operation() }),
  },
  {
    level: 'info',
    weight: 12,
    origin: 'hub::http',
    text: (v) => `request ${v.uuid()} from ${v.ip()}:${v.port()} finished in ${v.operation()} ms`,
  },
  {
    level: 'info',
    weight: 4,
    origin: 'hub::store',
    text: (v) => `segment ${v.path()} sealed`,
    fields: (v) => ({ rows: v.count(90_000) }),
  },
  {
    level: 'info',
    weight: 2,
    origin: 'hub::config',
    text: () => 'client built, no error expected',
    fields: (v) => ({ endpoint: `http://${v.host()}:4317`, timeout_ms: v.wait() }),
  },
  {
    level: 'debug',
    weight: 10,
    origin: 'hub::ingest',
    text: (v) => `decoded ${v.count(4096)} records of tenant ${v.hex(8)}`,
  },
  {
    level: 'debug',
    weight: 8,
    origin: 'hub::queue',
    text: () => 'queue polled',
    fields: (v) => ({ size: v.count(2048), capacity: 2048 }),
  },
  {
    level: 'warn',
    weight: 4,
    origin: 'hub::export',
    text: (v) => `slow export to ${v.host()}`,
    fields: (v) => ({ elapsed_ms: v.operation() }),
  },
  {
    level: 'warn',
    weight: 4,
    origin: 'hub::export',
    text: () => 'export failed, will retry',
    fields: (v) => ({ error: refused(v), attempt: 1 + v.count(5), backoff_ms: v.wait() }),
  },
  {
    level: 'error',
    weight: 14,
    origin: 'hub::export',
    text: (v) => `giving up on batch ${v.uuid()}`,
    fields: (v) => ({ error: refused(v), attempts: 5 }),
  },
  {
    level: 'error',
    weight: 6,
    origin: 'hub::store',
    text: (v) => `write to ${v.path()} failed: No space left on device (os error 28)`,
  },
  {
    level: 'error',
    weight: 5,
    origin: 'hub::http',
    text: (v) => `connection from ${v.ip()}:${v.port()} lost: Connection reset by peer (os error 104)`,
  },
];

const query: readonly Message[] = [
  {
    level: 'info',
    weight: 16,
    origin: 'query::api',
    text: () => 'query answered',
    fields: (v) => ({ series: v.count(4000), status: 200, elapsed_ms: v.operation() }),
  },
  {
    level: 'info',
    weight: 8,
    origin: 'query::cache',
    text: (v) => `evicted ${v.count(900)} entries of tenant ${v.hex(8)}`,
  },
  {
    level: 'info',
    weight: 3,
    origin: 'query::api',
    text: (v) => `listening on 0.0.0.0:${v.port()}, read timeout ${v.wait()} ms`,
  },
  {
    level: 'debug',
    weight: 6,
    origin: 'query::plan',
    text: () => 'plan chosen',
    fields: (v) => ({ trace_id: v.hex(32), cost: v.count() }),
  },
  {
    level: 'warn',
    weight: 4,
    origin: 'query::api',
    text: (v) => `client ${v.ip()} sent an unknown parameter`,
    fields: (v) => ({ request: v.uuid() }),
  },
  {
    level: 'error',
    weight: 12,
    origin: 'query::store',
    text: (v) => `segment ${v.path()} cannot be read`,
    fields: () => ({ error: 'invalid checksum' }),
  },
  {
    level: 'error',
    weight: 9,
    origin: 'query::backend',
    text: () => 'backend did not answer in time',
    fields: (v) => ({ backend: `http://${v.host()}:3200`, error: 'deadline has elapsed', timeout_ms: v.wait() }),
  },
];

/** Two services in Rust, one in text and one in JSON, the SDK within them, and their panics. */
export const rustPrograms: readonly Program[] = [
  { name: 'hub', write: tracingFull, messages: service },
  { name: 'query', write: tracingJson, messages: query },
  { name: 'sdk', write: tracingEvent, messages: sdk },
  {
    name: 'hub-panic',
    write: crash,
    messages: [
      {
        level: 'error',
        weight: 0.6,
        origin: '',
        text: (v) => `thread 'tokio-runtime-worker' (${v.count(9000)}) panicked at src/ingest.rs:88:14:`,
        stack: rustBacktrace,
      },
    ],
  },
];
