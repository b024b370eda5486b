import { expect, it } from 'vitest';
import { presentRecords, quoted, recentRecords } from '#shared/diagnosis/log-records.ts';
import { viewOf } from '#shared/diagnosis/view.ts';
import { healthyNamespace, NAMESPACE, NOW, wholeNamespace } from '#test/support/namespace.ts';

const before = (seconds: number) => new Date(Date.parse(NOW) - seconds * 1000).toISOString();

function said(text: string, previous = '') {
  const snapshot = healthyNamespace();
  const pod = snapshot.objects.pods.find(({ metadata }) => metadata.name.startsWith('otlp-app'))?.metadata.name ?? '';
  const of = { namespace: NAMESPACE, pod, container: 'app', truncated: false };
  snapshot.logs = [
    { ...of, previous: false, text },
    { ...of, previous: true, text: previous },
  ];
  const view = viewOf(snapshot, wholeNamespace());
  const [container] = view.logged;
  if (!container) throw new Error('no container has a log');
  return { recent: recentRecords(view, container), present: presentRecords(view, container, true) };
}

it('a stack is one failure, with its cause and without its frames', () => {
  const { recent } = said(
    [
      `${before(30)} ERROR 1 --- [main] c.e.Store : cannot save`,
      'java.lang.IllegalStateException: not saved',
      '\tat com.example.Store.save(Store.java:10)',
      'Caused by: java.net.ConnectException: Connection refused',
      '\tat com.example.Store.open(Store.java:5)',
      '\t... 3 more',
    ].join('\n'),
  );
  expect(recent).toHaveLength(1);
  expect(recent[0]).toMatchObject({ level: 'error', cause: 'connection-refused' });
  expect(quoted(recent[0] ?? { text: '' })).toMatch(/cannot save .*not saved Caused by: .*Connection refused$/);
});

it('only the window counts, and a record without a time has that of the one before it', () => {
  const { recent } = said(
    [`${before(3600)} ERROR old: Connection refused`, 'of the old', `${before(60)} ERROR new`, 'of the new'].join('\n'),
  );
  expect(recent.map(({ text }) => text.split(' ').at(-1))).toEqual(['new', 'new']);
});

it('what is logged at info has no cause, whatever its words are', () => {
  const { recent } = said(
    `${before(9)}  INFO app: retrying after "Connection refused"\n${before(8)}  WARN app: Connection refused`,
  );
  expect(recent.map(({ cause }) => cause)).toEqual([undefined, 'connection-refused']);
});

it('a crash says what it says, and the run before belongs to the present of a container in trouble', () => {
  const { present } = said(
    `${before(5)}  INFO app: starting`,
    "thread 'main' panicked at src/main.rs:5:1:\nno backend\nstack backtrace:\n   0: main\n",
  );
  expect(present[0]).toMatchObject({ level: 'error', crash: "thread 'main' panicked at src/main.rs:5:1: no backend" });
  expect(present[0]).not.toHaveProperty('at');
  expect(present).toHaveLength(2);
});
