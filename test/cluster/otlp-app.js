// A small real service for the tests: answers /health on the pod's address. SIGUSR2 makes it hang: it accepts and says nothing.
import { createServer } from 'node:http';

let stuck = false;
process.on('SIGUSR2', () => {
  stuck = true;
});
process.stdout.write('INFO otlp_app: starting\n');
createServer((request, response) => {
  if (stuck) return;
  response.writeHead(request.url === '/health' ? 200 : 404).end();
}).listen(8080, process.env.POD_IP);
