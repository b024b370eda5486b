import { basename, join } from 'node:path';
import { build, type Metafile } from 'esbuild';

/** undici and the AWS SDK call `require`, which an ES module does not have. */
const BANNER =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

export interface Bundle {
  /** the module to import */
  file: string;
  /** of the entry and what it imports at once, bytes: what each cold start loads */
  size: number;
  /** of these and all that may be loaded later, bytes */
  totalSize: number;
  /** packages from node_modules that are inside any of it */
  packages: Set<string>;
}

const packageOf = (input: string) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(input)?.[1];

function loadedAtOnce({ outputs }: Metafile, entry: string): Set<string> {
  const loaded = new Set<string>();
  const load = (file: string) => {
    if (loaded.has(file)) return;
    loaded.add(file);
    for (const { path, kind } of outputs[file]?.imports ?? [])
      if (kind === 'import-statement' && outputs[path]) load(path);
  };
  load(entry);
  return loaded;
}

/** ES modules as a Lambda gets them: everything inside, minified, names kept, a chunk for each dynamic import. */
export async function bundle(entry: string, outdir: string): Promise<Bundle> {
  const { metafile } = await build({
    stdin: { contents: entry, resolveDir: process.cwd(), sourcefile: 'index.ts', loader: 'ts' },
    outdir,
    entryNames: 'index',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    keepNames: true,
    banner: { js: BANNER },
    metafile: true,
    logLevel: 'error',
  });
  const entryFile = Object.keys(metafile.outputs).find((file) => basename(file) === 'index.mjs') ?? '';
  const sizeOf = (files: Iterable<string>) =>
    [...files].reduce((sum, file) => sum + (metafile.outputs[file]?.bytes ?? 0), 0);
  return {
    file: join(outdir, 'index.mjs'),
    size: sizeOf(loadedAtOnce(metafile, entryFile)),
    totalSize: sizeOf(Object.keys(metafile.outputs)),
    packages: new Set(Object.keys(metafile.inputs).flatMap((input) => packageOf(input) ?? [])),
  };
}
