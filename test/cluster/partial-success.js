// What no Collector's receiver does by itself: a backend that rejects one item of each signal and says why.
import { createServer } from 'node:http';

const REJECTED = {
  '/v1/traces': 'rejectedSpans',
  '/v1/metrics': 'rejectedDataPoints',
  '/v1/logs': 'rejectedLogRecords',
};

createServer((request, response) => {
  let size = 0;
  request.on('data', (chunk) => {
    size += chunk.length;
  });
  request.on('end', () => {
    const partial = size > 100 ? { [REJECTED[request.url]]: '1', errorMessage: 'timestamp too old' } : {};
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ partialSuccess: partial }));
  });
}).listen(4318, process.env.POD_IP);
