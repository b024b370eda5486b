import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { InputError } from '#shared/domain/errors.ts';
import { GROUPS } from '../groups.ts';
import { addOut } from '../options.ts';
import type { Running } from '../running.ts';
import { storeAt } from '../store-place.ts';

const PAGE = 'report.html';

/** All pages of the store, the newest last: their folders are incidents/<yyyy>/<mm>/<id>. */
function pagesIn(store: string): string[] {
  const folder = join(store, 'incidents');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => basename(file) === PAGE)
    .map((file) => join(folder, file))
    .sort((a, b) => statSync(a).mtimeMs - statSync(b).mtimeMs);
}

/** The page that a person means by a path, a folder, or the beginning of an incident's id; without one the newest. */
function pageOf(report: string | undefined, store: string, cwd: string): string {
  if (report !== undefined && existsSync(resolve(cwd, report))) {
    const path = resolve(cwd, report);
    const page = statSync(path).isDirectory() ? join(path, PAGE) : path;
    if (existsSync(page)) return page;
    throw new InputError(`${report} has no ${PAGE}`);
  }
  const pages = pagesIn(store);
  const page = pages.findLast((path) => report === undefined || basename(join(path, '..')).startsWith(report));
  if (page) return page;
  if (report === undefined) throw new InputError(`no report in ${store} yet: "medic respond" writes one`);
  throw new InputError(
    `no report "${report}" in ${store}: give a path or the id of an incident (--out names the store)`,
  );
}

const hasDisplay = () =>
  process.platform === 'darwin' ||
  process.platform === 'win32' ||
  Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);

/** `medic open [REPORT]`: shows it in the browser, and prints where it is. */
export function addOpen(program: Command, { session }: Running): void {
  const command = program
    .command('open')
    .argument('[report]', 'path of a report, or the id of an incident (default: the newest)')
    .description('Show the report of an incident in the browser.')
    .helpGroup(GROUPS.other)
    .addHelpText(
      'after',
      '\nExamples:\n  medic open                      the newest report\n  medic open .medic/incidents/2026/11/ID/report.html',
    )
    .action(async (report: string | undefined, flags: { out?: string }) => {
      const { cwd } = session;
      const store = storeAt(flags.out, cwd);
      const page = pageOf(report, store, cwd);
      session.print(page);
      if (!hasDisplay()) return;
      const { default: openInBrowser } = await import('open');
      await openInBrowser(page);
    });
  addOut(command);
}
