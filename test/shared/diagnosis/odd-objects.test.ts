import { describe, expect, it } from 'vitest';
import { diagnose } from '#shared/diagnosis/diagnose.ts';
import { judge } from '#test/support/diagnosing.ts';
import { addLog, deploymentOf, podsOf } from '#test/support/faults.ts';
import { sandboxTarget } from '#test/support/namespace.ts';
import { troubled, wreckAndJudge } from '#test/support/odd-objects.ts';

describe('objects that are not as the API would write them', () => {
  // test:deep does it for longer.
  it('never make a rule or the diagnosis throw', () => wreckAndJudge(60), 20_000);

  it('lose only the field that is odd', () => {
    const snapshot = troubled();
    const { spec } = deploymentOf(snapshot, 'otlp-app').spec.template;
    Object.assign(spec.containers[0] ?? {}, { ports: null, command: 7, env: [null, { value: 'no name' }] });
    expect(judge(snapshot).rootCauses.map(({ code }) => code)).toContain('container-exit-error');
  });

  it('may lack uid and status, and their ReplicaSets may not have been read', () => {
    const snapshot = troubled();
    for (const list of Object.values(snapshot.objects)) for (const object of list) delete object.metadata.uid;
    snapshot.objects.replicasets = [];
    delete deploymentOf(snapshot, 'otlp-app').status;
    const root = judge(snapshot).rootCauses.find(({ code }) => code === 'container-exit-error');
    expect(root?.owner?.name).toBe('otlp-app');
  });
});

describe('a rule that trips', () => {
  it('takes no other rule with it, and is told as not checked', () => {
    const snapshot = troubled();
    const [pod] = podsOf(snapshot, 'otlp-app');
    if (pod) addLog(snapshot, pod, '');
    Object.assign(snapshot.logs.at(-1) ?? {}, { text: 7 });
    const { rootCauses, coverage } = diagnose(snapshot, { target: sandboxTarget() });
    expect(rootCauses.map(({ code }) => code)).toContain('container-oom-killed');
    expect(coverage.notChecked).toContainEqual(expect.objectContaining({ check: 'rule otlp/log-messages' }));
  });
});
