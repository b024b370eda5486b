import { createServer } from 'node:http';
import { type Program, tracingLine } from './program.ts';

/** A telemetry backend that takes OTLP over HTTP from whoever has its token. */
export const otlpGateway: Program = async (context) => {
  const server = createServer((request, response) => {
    request.resume();
    const known = request.url === '/ready' || request.headers.authorization === `Bearer ${context.env.ACCEPTED_TOKEN}`;
    response.writeHead(known ? 200 : 401, { 'content-type': 'application/json' });
    response.end(known ? '{"partialSuccess":{}}' : '{"code":16,"message":"invalid token"}');
  });
  await context.listen(4318, server);
  context.log(tracingLine(context.now(), 'INFO', 'otlp_gateway', 'listening on 0.0.0.0:4318'));
  return { memoryMib: () => 96, cpuMillicores: () => 11, onTerminate: () => true };
};
