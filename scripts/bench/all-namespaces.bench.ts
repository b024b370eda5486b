import { execFile } from 'node:child_process';
import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { missing } from '../components/place.ts';
import type { Benchmark, Figure } from './benchmark.ts';
import { largeCluster, PODS } from './large-cluster.ts';

/** A laptop, or a pipeline's smallest runner, has that to spare beside everything else. */
const MOST_MEGABYTES = 500;

const CLI = join(import.meta.dirname, '../../infra/local/cli.ts');
const REPORT_PEAK = join(import.meta.dirname, 'report-peak.js');

/** As a person calls it, in a process and a folder of its own. Throws where it finds anything to be wrong. */
async function costOfLook(kubeconfig: string): Promise<{ megabytes: number; seconds: number }> {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'medic-bench-'));
  const began = performance.now();
  const { stderr } = await promisify(execFile)(
    process.execPath,
    ['--import', REPORT_PEAK, CLI, 'diagnose', '--all-namespaces', '--kubeconfig', kubeconfig, '--format', 'json'],
    { cwd: folder.path, maxBuffer: 64 << 20 },
  );
  const seconds = (performance.now() - began) / 1000;
  return { megabytes: Number(/peak (\d+)/.exec(stderr)?.[1]) / 1024, seconds };
}

async function run(): Promise<Figure[]> {
  await using plane = await largeCluster((line) => console.error(line));
  const { megabytes, seconds } = await costOfLook(plane.kubeconfig);
  const what = `${PODS.toLocaleString('en')} pods on a real control plane`;
  return [
    { name: what, cost: { value: megabytes, unit: 'MB', of: 'peak of resident memory' }, under: MOST_MEGABYTES },
    { name: what, cost: { value: seconds, unit: 's', of: 'wall time' } },
  ];
}

export const bench: Benchmark = {
  title: 'medic diagnose --all-namespaces, some ten minutes to make the cluster',
  skipped: () => {
    const absent = missing('cluster').map(({ name }) => name);
    return absent.length > 0
      ? `${absent.join(', ')} not installed; \`npm run components -- cluster\` builds them`
      : undefined;
  },
  run,
};
