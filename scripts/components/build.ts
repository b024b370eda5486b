import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { COLLECTOR, type Component } from './catalogue.ts';
import { KWOK_CRDS, placeOf } from './place.ts';

const run = promisify(execFile);
const ENV = { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'local' };

const go = async (cwd: string, args: string[], env: Record<string, string> = {}) => {
  const { stdout } = await run('go', args, { cwd, env: { ...ENV, ...env }, maxBuffer: 64 << 20 });
  return stdout;
};

/** Where Go unpacked a module, and its go.mod. */
const download = async (cwd: string, module: string, version: string): Promise<{ Dir: string; GoMod: string }> =>
  JSON.parse(await go(cwd, ['mod', 'download', '-json', `${module}@${version}`]));

async function freshModule(work: string, module: string, version: string) {
  await go(work, ['mod', 'init', 'build']);
  await go(work, ['mod', 'edit', `-require=${module}@${version}`]);
}

/** Kubernetes requires its staging modules at v0.0.0 and replaces them by folders: here by their released versions. */
async function replaceStaging(work: string, module: string, version: string, staging: string) {
  const { GoMod } = await download(work, module, version);
  const names = new Set((await readFile(GoMod, 'utf8')).match(/k8s\.io\/[a-z-]+(?= v0\.0\.0$)/gm));
  await go(work, ['mod', 'edit', ...[...names].map((name) => `-replace=${name}=${name}@${staging}`)]);
}

const linked = (ldflags = '') => ['-trimpath', '-ldflags', `-s -w ${ldflags}`];

async function compile({ name, version, recipe }: Component, work: string): Promise<string> {
  const out = join(work, 'out', name);
  switch (recipe.kind) {
    case 'install': {
      const bin = join(work, 'out');
      await go(work, ['install', ...linked(recipe.ldflags), `${recipe.package}@${version}`], { GOBIN: bin });
      const built = join(bin, basename(recipe.package));
      if (built !== out) await rename(built, out);
      return out;
    }
    case 'require':
      await freshModule(work, recipe.module, version);
      if (recipe.replaceStaging) await replaceStaging(work, recipe.module, version, recipe.replaceStaging);
      await go(work, ['build', '-mod=mod', ...linked(recipe.ldflags), '-o', out, recipe.package]);
      return out;
    case 'folder': {
      const { Dir } = await download(work, recipe.module, version);
      const source = join(work, 'source');
      await cp(Dir, source, { recursive: true });
      await run('chmod', ['-R', 'u+w', source]);
      const tags = recipe.tags === undefined ? [] : ['-tags', recipe.tags];
      // A workspace file names folders that a module's archive does not hold.
      const env = { GOWORK: 'off' };
      await go(source, ['build', '-buildvcs=false', ...tags, ...linked(), '-o', out, recipe.package], env);
      return out;
    }
    case 'ocb': {
      await go(work, ['install', `go.opentelemetry.io/collector/cmd/builder@${COLLECTOR}`], { GOBIN: work });
      const manifest = join(work, 'manifest.yaml');
      const written = await readFile(join(import.meta.dirname, recipe.manifest), 'utf8');
      await writeFile(manifest, written.replace(/^dist:$/m, `dist:\n  output_path: ${join(work, 'out')}`));
      await run(join(work, 'builder'), ['--config', manifest, '--ldflags=-s -w'], {
        cwd: work,
        env: { ...ENV, GOFLAGS: '-trimpath -buildvcs=false' },
        maxBuffer: 64 << 20,
      });
      return out;
    }
  }
}

async function kwokResources(work: string, version: string, folder: string) {
  const { Dir } = await download(work, 'sigs.k8s.io/kwok', version);
  const bases = join(Dir, 'kustomize', 'crd', 'bases');
  const files = (await readdir(bases)).filter((file) => file.endsWith('.yaml')).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(bases, file), 'utf8')));
  await writeFile(join(folder, KWOK_CRDS), texts.map((text) => text.replace(/^(?!---)/, '---\n')).join('\n'));
}

/** Builds one component and puts it in its place in one step, so that an interrupted build leaves nothing half done. */
export async function build(component: Component) {
  const work = await mkdtemp(join(tmpdir(), 'otlp-medic-build-'));
  try {
    await mkdir(join(work, 'out'));
    const built = await compile(component, work);
    const place = placeOf(component);
    await mkdir(dirname(place), { recursive: true });
    if (component.name === 'kwok') await kwokResources(work, component.version, dirname(place));
    const staged = `${place}.${process.pid}`;
    await cp(built, staged);
    await chmod(staged, 0o755);
    await rename(staged, place);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
