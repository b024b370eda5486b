import type { Values } from './values.ts';

const goFrames = [
  [
    'go.opentelemetry.io/collector/exporter/exporterhelper/internal.NewQueueSender.func1',
    'exporterhelper@v0.161.0/internal/queue_sender.go:62',
  ],
  [
    'go.opentelemetry.io/collector/exporter/exporterhelper/internal/queuebatch.(*disabledBatcher[...]).Consume',
    'exporterhelper@v0.161.0/internal/queuebatch/disabled_batcher.go:23',
  ],
  [
    'go.opentelemetry.io/collector/exporter/exporterhelper/internal/queue.(*asyncQueue[...]).Start.func1',
    'exporterhelper@v0.161.0/internal/queue/async_queue.go:47',
  ],
];
export const goStack = (): string[] =>
  goFrames.flatMap(([frame, place]) => [`${frame}`, `\tgo.opentelemetry.io/collector/exporter/${place}`]);

const rustFrames = [
  '__rustc::rust_begin_unwind',
  'core::panicking::panic_fmt',
  'core::result::unwrap_failed',
  'hub::ingest::decode',
  'tokio::runtime::task::core::Core<T,S>::poll',
];
export const rustBacktrace = (v: Values): string[] => [
  `called \`Result::unwrap()\` on an \`Err\` value: DecodeError { at: ${v.count()} }`,
  'stack backtrace:',
  ...rustFrames.flatMap((frame, i) => [`   ${i}: ${frame}`, `             at /build/src/ingest.rs:${40 + i}:${5 + i}`]),
  'note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.',
];

export const goroutines = (v: Values): string[] => [
  '',
  `goroutine ${1 + v.count(400)} [running]:`,
  `main.(*batch).last(0xc000${v.hex(6)}, 0x${v.hex(2)})`,
  '\t/src/gate/main.go:62 +0x1c5',
  'main.main()',
  '\t/src/gate/main.go:102 +0xb5',
  '',
  `goroutine ${1 + v.count(400)} [chan receive]:`,
  'main.crash.func1()',
  '\t/src/gate/main.go:69 +0x19',
];

export const pythonTraceback =
  (error: (v: Values) => string) =>
  (v: Values): string[] => [
    'Traceback (most recent call last):',
    '  File "/app/bridge.py", line 17, in export',
    '    urllib.request.urlopen(url, data=payload, timeout=1)',
    '  File "/usr/lib/python3.11/urllib/request.py", line 216, in urlopen',
    '    return opener.open(url, data, timeout)',
    '           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^',
    error(v),
  ];

export const javaStack =
  (exception: (v: Values) => string, cause: string) =>
  (v: Values): string[] => [
    exception(v),
    '\tat com.example.otlp.Bridge.export(Bridge.java:119)',
    '\tat com.example.otlp.Bridge.run(Bridge.java:29)',
    '\tat java.base/java.lang.Thread.run(Thread.java:840)',
    `Caused by: ${cause}`,
    '\tat java.base/sun.nio.ch.Net.pollConnect(Native Method)',
    '\tat java.base/java.net.Socket.connect(Socket.java:633)',
    '\t... 2 common frames omitted',
  ];
