#!/usr/bin/env node
import { run } from './cli/run.ts';

// A reader that has seen enough, such as `head`, is no error, and no reason to leave a response half done.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    if (stream === process.stdout) process.stderr.write(`medic: the answer cannot be written: ${error.code}\n`);
    process.exit(2);
  });
}

process.exitCode = await run(process.argv.slice(2));
