import { createServer } from 'node:http';
import type { Program } from './program.ts';

/** The cluster's name server as far as its kubelet can tell; names are resolved by the network while one is ready. */
export const coreDns: Program = async (context) => {
  const answering = (path: string) =>
    createServer((request, response) => {
      const found = request.url === path;
      response.writeHead(found ? 200 : 404, { 'content-type': 'text/plain; charset=utf-8' }).end(found ? 'OK' : '');
    });
  await context.listen(8080, answering('/health'));
  await context.listen(8181, answering('/ready'));
  for (const line of ['.:53', 'CoreDNS-1.13.1', 'linux/amd64, go1.25.3, 1db4568']) context.log(line);
  return { memoryMib: () => 21, cpuMillicores: () => 3, onTerminate: () => true };
};
