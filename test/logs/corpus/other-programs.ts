import { nginx, pythonLogging, springBoot } from './formats.ts';
import type { Program } from './message.ts';
import { javaStack, pythonTraceback } from './stacks.ts';

/** A bridge in Python, one in Java, and nginx before them. */
export const otherPrograms: readonly Program[] = [
  {
    name: 'bridge-python',
    write: pythonLogging,
    messages: [
      {
        level: 'info',
        weight: 10,
        origin: 'otlp.bridge',
        text: (v) => `flushed ${v.count(4096)} points in ${v.operation()} ms`,
      },
      {
        level: 'debug',
        weight: 5,
        origin: 'otlp.bridge',
        text: (v) => `batch ${v.count(100_000)} has ${v.count(512)} spans`,
      },
      {
        level: 'warn',
        weight: 3,
        origin: 'otlp.queue',
        text: (v) => `buffer at ${v.count(100)} percent, error threshold 95`,
      },
      {
        level: 'error',
        weight: 4,
        origin: 'otlp.bridge',
        text: (v) => `export of batch ${v.count(100_000)} failed`,
        stack: pythonTraceback(() => 'TimeoutError: timed out'),
      },
      {
        level: 'error',
        weight: 3,
        origin: 'otlp.reader',
        text: (v) => `message ${v.uuid()} was not decoded`,
        stack: pythonTraceback((v) => `ValueError: invalid literal for int() with base 10: '${v.hex(6)}'`),
      },
    ],
  },
  {
    name: 'bridge-java',
    write: springBoot,
    messages: [
      {
        level: 'info',
        weight: 10,
        origin: 'com.example.otlp.Bridge',
        text: (v) => `Batch ${v.count(100_000)} exported in ${v.operation()} ms`,
      },
      {
        level: 'info',
        weight: 3,
        origin: 'com.example.otlp.Pool',
        text: (v) => `Connection timeout is ${v.wait()} ms, ERROR threshold ${v.count(9)}`,
      },
      {
        level: 'warn',
        weight: 3,
        origin: 'com.example.otlp.Pool',
        text: (v) => `Pool has ${v.count(64)} of 64 connections in use`,
      },
      {
        level: 'error',
        weight: 5,
        origin: 'com.example.otlp.Bridge',
        text: (v) => `Export of batch ${v.count(100_000)} failed`,
        stack: javaStack(
          (v) => `java.lang.IllegalStateException: batch ${v.count(100_000)} was not exported`,
          'java.net.ConnectException: Connection refused',
        ),
      },
    ],
  },
  {
    name: 'nginx',
    write: nginx,
    messages: [
      {
        level: 'warn',
        weight: 3,
        origin: '',
        text: (v) =>
          `a client request body is buffered to a temporary file /var/cache/nginx/client_temp/${v.hex(10)}, client: ${v.ip()}, server: _, request: "POST /v1/traces HTTP/1.1"`,
      },
      {
        level: 'error',
        weight: 4,
        origin: '',
        text: (v) =>
          `upstream timed out (110: Connection timed out) while reading response header from upstream, client: ${v.ip()}, server: _, request: "POST /v1/logs HTTP/1.1"`,
      },
      { level: 'info', weight: 2, origin: '', text: (v) => `signal process started, worker ${v.count(900)}` },
    ],
  },
];
