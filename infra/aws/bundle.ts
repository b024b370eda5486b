import { cp, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { CHECKOUT } from '#infra/function-folders.ts';

/** undici and the AWS SDK call `require`, which an ES module does not have. */
const BANNER =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

export interface Bundle {
  /** holds <name>.mjs, its chunks and their source maps */
  dir: string;
  /** of the entry and what it imports at once, bytes: what each cold start loads */
  size: number;
  /** packages from node_modules that are inside, chunks for later included */
  packages: Set<string>;
}

const packageOf = (input: string) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(input)?.[1];

/** The entry's file and those that it leads to, by import statements alone or by `import()` too. */
function reached({ outputs }: Metafile, entry: string, alsoLater: boolean): string[] {
  const files = new Set<string>();
  const follow = (file: string) => {
    if (files.has(file) || !outputs[file]) return;
    files.add(file);
    for (const { path, kind } of outputs[file].imports) if (alsoLater || kind === 'import-statement') follow(path);
  };
  follow(entry);
  return [...files];
}

/**
 * ES modules as Lambdas get them: everything inside, minified, names kept, source maps without sources, a chunk for
 * each dynamic import. `entries` are files of the checkout by the bundle's name; all are built in one run, which takes
 * little longer than one of them.
 */
export async function bundle(entries: Readonly<Record<string, string>>, outdir: string): Promise<Map<string, Bundle>> {
  const work = join(outdir, '.all');
  const { metafile } = await build({
    absWorkingDir: CHECKOUT,
    entryPoints: Object.entries(entries).map(([out, file]) => ({ in: file, out })),
    outdir: work,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    banner: { js: BANNER },
    metafile: true,
    logLevel: 'error',
  });

  async function collect(name: string): Promise<[string, Bundle]> {
    const dir = join(outdir, name);
    await mkdir(dir, { recursive: true });
    const entry = Object.keys(metafile.outputs).find((file) => basename(file) === `${name}.mjs`) ?? '';
    const all = reached(metafile, entry, true);
    for (const file of all.map((output) => basename(output))) {
      await cp(join(work, file), join(dir, file));
      await cp(join(work, `${file}.map`), join(dir, `${file}.map`));
    }
    const bytes = reached(metafile, entry, false).map((file) => metafile.outputs[file]?.bytes ?? 0);
    const inputs = all.flatMap((file) => Object.keys(metafile.outputs[file]?.inputs ?? {}));
    return [
      name,
      {
        dir,
        size: bytes.reduce((sum, each) => sum + each, 0),
        packages: new Set(inputs.flatMap((input) => packageOf(input) ?? [])),
      },
    ];
  }
  return new Map(await Promise.all(Object.keys(entries).map(collect)));
}
