import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diagnosis } from '#shared/domain/diagnosis.ts';
import { medic, type Ran } from '#test/support/medic.ts';

const root = mkdtempSync(join(tmpdir(), 'medic-diagnose-'));
afterAll(() => rmSync(root, { recursive: true }));

const LIST = {
  apiVersion: 'v1',
  kind: 'List',
  items: [
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'shop-1', namespace: 'shop', labels: { app: 'shop' } },
      spec: { containers: [{ name: 'shop', image: 'registry.example.com/shop:2' }] },
      status: {
        phase: 'Pending',
        containerStatuses: [
          {
            name: 'shop',
            ready: false,
            restartCount: 0,
            state: { waiting: { reason: 'ErrImagePull', message: 'registry.example.com/shop:2: not found' } },
          },
        ],
      },
    },
  ],
};

describe('medic diagnose', { timeout: 60_000 }, () => {
  let first: Ran;
  beforeAll(async () => {
    first = await medic(['diagnose', '--scenario', 'bad-configmap-in-place', '--format', 'json'], { cwd: root });
  }, 60_000);

  it('prints the Diagnosis alone as JSON, and exits 1 for what has failed', () => {
    const found = diagnosis.parse(JSON.parse(first.stdout));
    expect(found.rootCauses[0]?.code).toBe('config-toml-invalid');
    expect(first).toMatchObject({ code: 1, stderr: '' });
  });

  it('looks at every namespace that has workloads, in one answer', async () => {
    const { stdout, code } = await medic(['diagnose', '--all-namespaces', '--format', 'json'], { cwd: root });
    const found = diagnosis.parse(JSON.parse(stdout));
    expect(found.namespaces?.map(({ namespace, verdict }) => [namespace, verdict])).toEqual([
      ['otlp-system', 'failed'],
      ['kube-system', 'healthy'],
    ]);
    expect(found).toMatchObject({ verdict: 'failed', rootCauses: [{ subject: { namespace: 'otlp-system' } }] });
    expect(code).toBe(1);
  });

  it('replays the stored snapshot to the same verdict and causes', async () => {
    const { snapshot, rootCauses } = diagnosis.parse(JSON.parse(first.stdout));
    const file = join('.medic', snapshot.key);
    const again = await medic(['diagnose', '--snapshot', file, '--format', 'json'], { cwd: root });
    const found = diagnosis.parse(JSON.parse(again.stdout));
    expect(found.rootCauses.map(({ fingerprint }) => fingerprint)).toEqual(
      rootCauses.map(({ fingerprint }) => fingerprint),
    );
    expect(found.snapshot).toEqual({ key: file, sha256: snapshot.sha256 });
  });

  it.each(['-', 'list.json'])('takes what kubectl writes, from %s, and looks at its own namespace', async (file) => {
    writeFileSync(join(root, 'list.json'), JSON.stringify(LIST));
    const { code, stdout } = await medic(['diagnose', '--snapshot', file, '--format', 'json'], {
      cwd: root,
      stdin: file === '-' ? JSON.stringify(LIST) : '',
    });
    const { rootCauses } = diagnosis.parse(JSON.parse(stdout));
    expect(rootCauses[0]).toMatchObject({ code: 'image-not-found', subject: { namespace: 'shop', name: 'shop-1' } });
    expect(code).toBe(1);
  });

  it('writes Markdown and plain text without escape codes', async () => {
    const [markdown, text] = await Promise.all(
      ['markdown', 'text'].map((format) =>
        medic(['diagnose', '--snapshot', 'list.json', '--format', format], { cwd: root }),
      ),
    );
    expect(markdown?.stdout).toMatch(/^# /);
    expect(text?.stdout).toMatch(/^(FAILED|DEGRADED) /);
    expect(`${markdown?.stdout}${text?.stdout}`).not.toContain('\u001b');
  });

  it('exits 0 for a healthy sandbox, whose advice is no fault', async () => {
    const { code, stdout } = await medic(['diagnose', '--scenario', 'healthy'], { cwd: root });
    expect({ code, verdict: stdout.split(' ')[0] }).toEqual({ code: 0, verdict: 'HEALTHY' });
  });
});
