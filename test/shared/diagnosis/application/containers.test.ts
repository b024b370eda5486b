import { describe, expect, it } from 'vitest';
import { codes, findingOf, judge, roots } from '#test/support/diagnosing.ts';
import { addLog, crashLoop, everWith, podsOf, setState, waiting } from '#test/support/faults.ts';
import { ago, healthyNamespace, settle } from '#test/support/namespace.ts';

const crashing = (crash: Parameters<typeof crashLoop>[2]) => {
  const snapshot = healthyNamespace();
  return crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), crash);
};

const START_ERROR =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "/app/serve": ';

describe('why a container does not stay up', () => {
  it.each([
    ['container-exit-error', { exitCode: 1, log: 'Error: cannot bind 0.0.0.0:8080: Address in use' }],
    ['container-exit-error', { exitCode: 2 }],
    ['container-exit-error', { exitCode: 143 }],
    [
      'container-panic',
      { exitCode: 101, log: "thread 'main' panicked at src/main.rs:42:10:\ncalled `Option::unwrap()`" },
    ],
    ['container-panic', { exitCode: 134 }],
    ['container-panic', { exitCode: 139 }],
    [
      'container-panic',
      { exitCode: 2, log: 'panic: runtime error: invalid memory address or nil pointer dereference' },
    ],
    ['container-sigkill-not-oom', { exitCode: 137, reason: 'Error' }],
    ['container-exit-zero-loop', { exitCode: 0, reason: 'Completed' }],
    ['container-command-not-found', { exitCode: 127 }],
    [
      'container-command-not-found',
      { exitCode: 128, reason: 'StartError', message: `${START_ERROR}stat /app/serve: no such file or directory` },
    ],
    [
      'container-command-not-found',
      {
        exitCode: 128,
        reason: 'ContainerCannotRun',
        message: 'exec: "serv": executable file not found in $PATH: unknown',
      },
    ],
    ['container-permission-denied-exec', { exitCode: 126 }],
    [
      'container-permission-denied-exec',
      { exitCode: 128, reason: 'StartError', message: `${START_ERROR}permission denied: unknown` },
    ],
    ['image-arch-mismatch', { exitCode: 1, log: 'exec /app/serve: exec format error' }],
    ['container-oom-killed', { exitCode: 137, reason: 'OOMKilled' }],
  ])('is %s, given %j', (code, crash) => {
    expect(roots(crashing(crash))).toEqual([code]);
    expect(findingOf(crashing(crash), 'container-crash-loop').explainedBy).toBe(
      findingOf(crashing(crash), code).fingerprint,
    );
  });

  it.each([
    [126, 'Listening on 127.0.0.1:15001\nerror\tvalidation timeout'],
    [126, '2026-11-20T09:59:01Z INFO checks done: 3 of 126 failed'],
    [127, 'migrating\nERROR lock is held by another process'],
  ])('is that of a program with exit codes of its own, which told what it did: %i', (exitCode, log) => {
    expect(roots(crashing({ exitCode, log }))).toEqual(['container-exit-error']);
  });

  it.each([
    ['container-permission-denied-exec', 126, 'preparing\n/entrypoint.sh: line 5: /app/serve: Permission denied\nbye'],
    ['container-permission-denied-exec', 126, '/entrypoint.sh: line 9: /app: Is a directory'],
    ['container-command-not-found', 127, "preparing\nenv: 'node': No such file or directory\nbye"],
    ['container-command-not-found', 127, 'serve: error while loading shared libraries: libssl.so.3: cannot open'],
  ])('is %s where a shell or loader says so among its last words, %i: %s', (code, exitCode, log) => {
    expect(roots(crashing({ exitCode, log }))).toEqual([code]);
  });

  it('is less sure where the exit code alone says it', () => {
    expect(findingOf(crashing({ exitCode: 126 }), 'container-permission-denied-exec').confidence).toBe('likely');
    const said = crashing({ exitCode: 126, log: '/bin/sh: /app/run.sh: Permission denied' });
    expect(findingOf(said, 'container-permission-denied-exec').confidence).toBe('certain');
  });

  it('is the same for a replica whose log was not read', () => {
    const snapshot = healthyNamespace();
    const [first, ...others] = podsOf(snapshot, 'otlp-app');
    if (first) crashLoop(snapshot, [first], { exitCode: 1, log: 'exec /app/serve: exec format error' });
    crashLoop(snapshot, others, { exitCode: 1 });
    expect(roots(settle(snapshot))).toEqual(['image-arch-mismatch']);
  });

  it('is told by its last words, as cause and as evidence', () => {
    const found = findingOf(
      crashing({ exitCode: 1, log: 'starting\nError: config: missing field `endpoint`\n' }),
      'container-exit-error',
    );
    expect(found.cause).toContain('missing field `endpoint`');
    expect(found.evidence).toContainEqual(
      expect.objectContaining({ path: 'log of app (previous)', value: 'Error: config: missing field `endpoint`' }),
    );
    expect(found.evidence[0]).toMatchObject({
      source: 'Pod/otlp-system/otlp-app-7d4f9c2-aaaaa',
      path: 'status.containerStatuses[0].lastState.terminated.exitCode',
      value: '1',
      at: '2026-11-20T09:59:00.000Z',
    });
  });

  it('is told by the exception that a server has logged, not by what the server says after it', () => {
    const log = `ERROR:    Traceback (most recent call last):
  File "/app/main.py", line 44, in load
    self.model.to("cuda")
RuntimeError: No CUDA GPUs are available

ERROR:    Application startup failed. Exiting.`;
    expect(findingOf(crashing({ exitCode: 3, log }), 'container-exit-error').cause).toContain('No CUDA GPUs');
  });

  it('is one finding of the Deployment, however many pods crash, with the evidence of a few', () => {
    const snapshot = healthyNamespace();
    const [pod] = podsOf(snapshot, 'otlp-app');
    for (let n = 0; n < 8; n++) {
      const twin = structuredClone(pod);
      if (twin) twin.metadata = { ...twin.metadata, name: `otlp-app-7d4f9c2-more${n}`, uid: `uid-${n}` };
      if (twin) snapshot.objects.pods.push(twin);
    }
    crashLoop(snapshot, podsOf(snapshot, 'otlp-app'));
    const found = findingOf(snapshot, 'container-crash-loop');
    expect(found.title).toContain('10 pods');
    expect(found.owner).toEqual({ kind: 'Deployment', namespace: 'otlp-system', name: 'otlp-app' });
    expect(new Set(found.evidence.map(({ source }) => source)).size).toBe(3);
  });

  it('has the same fingerprint after the pods were replaced', () => {
    const later = crashing({});
    for (const { metadata } of podsOf(later, 'otlp-app')) Object.assign(metadata, { name: `${metadata.name}-new` });
    expect(findingOf(later, 'container-exit-error').fingerprint).toBe(
      findingOf(crashing({}), 'container-exit-error').fingerprint,
    );
  });

  it('is seen too while the container runs for a moment between two crashes', () => {
    const snapshot = healthyNamespace();
    setState(snapshot, podsOf(snapshot, 'otlp-app'), {
      ready: true,
      restartCount: 4,
      state: { running: { startedAt: ago(0.5) } },
      lastState: { terminated: { exitCode: 101, reason: 'Error', finishedAt: ago(1) } },
    });
    expect(roots(snapshot)).toEqual(['container-panic']);
  });

  it('is an init container where that one fails', () => {
    const snapshot = healthyNamespace();
    const pods = podsOf(snapshot, 'otlp-app');
    everWith(snapshot, 'otlp-app', (_, spec) => {
      spec.initContainers = [{ name: 'migrate', image: 'registry.example.com/migrate:1' }];
    });
    waiting(snapshot, pods, 'PodInitializing');
    for (const { status } of pods) {
      if (status)
        status.initContainerStatuses = [
          {
            name: 'migrate',
            ready: false,
            restartCount: 5,
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: { terminated: { exitCode: 1, reason: 'Error', finishedAt: ago(1) } },
          },
        ];
    }
    expect(roots(snapshot)).toEqual(['init-container-failed']);
    expect(findingOf(snapshot, 'init-container-failed').subject.container).toBe('migrate');
  });
});

describe('a container killed for its memory use', () => {
  it('names its limit, and a restart and more memory as what can help', () => {
    const found = findingOf(crashing({ exitCode: 137, reason: 'OOMKilled' }), 'container-oom-killed');
    expect(found.evidence).toContainEqual(
      expect.objectContaining({ path: 'spec.containers[0].resources.limits.memory', value: '256Mi' }),
    );
    expect(found.actions).toEqual(['restart', 'scale', 'rollback']);
  });

  it('is only advice once it runs well again, and nothing at all an hour later', () => {
    const killed = (minutes: number) => {
      const snapshot = healthyNamespace();
      return setState(snapshot, podsOf(snapshot, 'otlp-app'), {
        ready: true,
        restartCount: 1,
        state: { running: { startedAt: ago(minutes) } },
        lastState: { terminated: { exitCode: 137, reason: 'OOMKilled', finishedAt: ago(minutes) } },
      });
    };
    expect(judge(killed(4))).toMatchObject({ verdict: 'healthy', rootCauses: [] });
    expect(findingOf(killed(4), 'container-oom-killed').severity).toBe('P3');
    expect(codes(killed(60))).toEqual([]);
  });
});

describe('severity', () => {
  it('is P0 where nothing of the target is left and P2 where a part still serves', () => {
    expect(findingOf(crashing({}), 'container-crash-loop').severity).toBe('P0');
    const partly = healthyNamespace();
    crashLoop(partly, podsOf(partly, 'otlp-app').slice(0, 1));
    expect(findingOf(partly, 'container-crash-loop').severity).toBe('P2');
    expect(judge(partly).verdict).toBe('degraded');
  });

  it('leaves the present log out of it when that says nothing', () => {
    const snapshot = crashing({ exitCode: 3 });
    for (const pod of podsOf(snapshot, 'otlp-app')) addLog(snapshot, pod, 'listening on 8080\n');
    expect(findingOf(snapshot, 'container-exit-error').evidence.map(({ path }) => path)).not.toContain('log of app');
  });
});
