// Says what a Node service says: speaker.js <pino|winston|uncaught|rejection|heap|throw-string>.
import net from 'node:net';
import pino from 'pino';
import winston from 'winston';

const connect = (port) =>
  new Promise((resolve, reject) => net.connect(port, '127.0.0.1').once('connect', resolve).once('error', reject));

async function exportBatch(batch) {
  try {
    await connect(4);
  } catch (cause) {
    throw new Error(`batch ${batch} was not exported`, { cause });
  }
}

async function speak(log, failure) {
  log.info('bridge starting');
  for (const batch of [31, 32]) {
    await exportBatch(batch).catch((err) => failure(err, 'export failed'));
  }
  log.warn('buffer is 90 % full, error threshold 95');
  log.debug('poll');
}

const what = process.argv[2];
if (what === 'pino') {
  const log = pino({ level: 'debug' });
  await speak(log, (err, message) => log.error({ err }, message));
  log.info({ responseTime: 2180, req: { method: 'POST', url: '/v1/traces' } }, 'request completed');
  log.info({ responseTime: 21, req: { method: 'POST', url: '/v1/traces' } }, 'request completed');
  log.fatal('giving up');
}
if (what === 'winston') {
  const format = winston.format.combine(
    winston.format.timestamp(),
    winston.format.errors({ stack: true }),
    winston.format.json(),
  );
  const log = winston.createLogger({ level: 'debug', format, transports: [new winston.transports.Console()] });
  await speak(log, (err, message) => log.error(message, err));
  log.info('flush done', { duration_ms: 1450, items: 512 });
}
if (what === 'uncaught' || what === 'rejection') {
  pino().info('bridge starting');
  const deliver = (handler) => handler.spans.length;
  if (what === 'uncaught') setTimeout(() => deliver({}), 5);
  else exportBatch(33);
}
if (what === 'heap') {
  pino().info('bridge starting');
  const kept = [];
  for (;;) kept.push(new Array(1000).fill(kept.length));
}
if (what === 'throw-string') {
  pino().info('bridge starting');
  throw 'not even an error';
}
