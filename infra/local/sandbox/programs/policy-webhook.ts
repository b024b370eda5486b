import { createServer } from 'node:http';
import type { Program } from './program.ts';

/** An admission webhook that has no objection to anything. */
export const policyWebhook: Program = async (context) => {
  await context.listen(
    9443,
    createServer((_, response) => response.writeHead(200).end()),
  );
  context.log(JSON.stringify({ time: context.now().toISOString(), level: 'INFO', msg: 'serving webhook', port: 9443 }));
  return { memoryMib: () => 24, cpuMillicores: () => 2, onTerminate: () => true };
};
