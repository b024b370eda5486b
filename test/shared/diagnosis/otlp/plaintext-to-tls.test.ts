import { describe, expect, it } from 'vitest';
import { findingOf, judge, roots } from '#test/support/diagnosing.ts';
import { addLog, podsOf } from '#test/support/faults.ts';
import { ago, healthyNamespace } from '#test/support/namespace.ts';

const iso = (minutes: number) => ago(minutes).replace('Z', '.318Z');

/** As the receiver of Collector 0.161 logs it. */
function spokenToInPlaintext(last = 0.2) {
  const snapshot = healthyNamespace();
  for (const pod of podsOf(snapshot, 'otel-collector'))
    addLog(
      snapshot,
      pod,
      [2, 1, 0]
        .map(
          (minutes) =>
            `${iso(minutes + last)}\twarn\tzapgrpc/zapgrpc.go:196\t[core] [Server #1]grpc: Server.Serve failed to complete security handshake from "10.0.2.21:41802": tls: first record does not look like a TLS handshake\t{"grpc_log": true}`,
        )
        .join('\n'),
    );
  return snapshot;
}

const TRANSPORT =
  'ERROR opentelemetry_sdk:  name="BatchSpanProcessor.ExportError" error="Operation failed: status: Unknown, message: \\"transport error\\""';

describe('a receiver with TLS that is spoken to in plaintext', () => {
  it('is advice while no client of ours fails: whoever looks at open ports does the same', () => {
    expect(judge(spokenToInPlaintext())).toMatchObject({ verdict: 'healthy', rootCauses: [] });
    const found = findingOf(spokenToInPlaintext(), 'otlp-tls-mismatch');
    expect(found).toMatchObject({ severity: 'P3', subject: { kind: 'Deployment', name: 'otel-collector' } });
    expect(found.title).toContain('in plaintext');
  });

  it('is why a client does not know what is wrong', () => {
    const snapshot = spokenToInPlaintext();
    for (const pod of podsOf(snapshot, 'otlp-app'))
      addLog(snapshot, pod, [2, 1, 0.5].map((minutes) => `${iso(minutes)} ${TRANSPORT}`).join('\n'));
    expect(roots(snapshot)).toEqual(['otlp-tls-mismatch']);
  });

  it('is over after some minutes', () => {
    expect(judge(spokenToInPlaintext(5)).findings).toEqual([]);
  });
});
