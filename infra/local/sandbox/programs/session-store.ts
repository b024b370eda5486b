import { createServer } from 'node:http';
import type { Program } from './program.ts';

/** Keeps sessions; here it only answers that it is there. */
export const sessionStore: Program = async (context) => {
  const server = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end('PONG'));
  await context.listen(8090, server);
  context.log(`${context.now().toISOString()} * Ready to accept connections`);
  return { memoryMib: () => 33, cpuMillicores: () => 4, onTerminate: () => true };
};
