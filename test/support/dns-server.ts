import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

export interface DnsServer extends AsyncDisposable {
  /** `IP:PORT`, as Resolver.setServers takes it */
  at: string;
  /** the names that were asked for */
  asked: string[];
}

/** RFC 1035: NOERROR, SERVFAIL and NXDOMAIN; `silent` answers nothing. */
export type DnsAnswer = string[] | 'servfail' | 'nxdomain' | 'silent';

const CODES = { servfail: 2, nxdomain: 3 } as const;

function nameIn(query: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.subarray(at + 1, at + 1 + length).toString());
    at += 1 + length;
  }
  // Behind the name stand its type and class.
  return { name: labels.join('.'), end: at + 5 };
}

const A = 1;

function reply(query: Buffer, answer: Exclude<DnsAnswer, 'silent'>): Buffer {
  const { end } = nameIn(query);
  const asksForA = query.readUInt16BE(end - 4) === A;
  const addresses = typeof answer === 'string' || !asksForA ? [] : answer;
  const head = Buffer.from(query.subarray(0, 12));
  head.writeUInt16BE(0x8180 | (typeof answer === 'string' ? CODES[answer] : 0), 2);
  head.writeUInt16BE(addresses.length, 6);
  head.writeUInt32BE(0, 8);
  const records = addresses.map((address) =>
    // A pointer to the name of the question, A, IN, 1 s, four bytes.
    Buffer.from([0xc0, 12, 0, A, 0, 1, 0, 0, 0, 1, 0, 4, ...address.split('.').map(Number)]),
  );
  return Buffer.concat([head, query.subarray(12, end), ...records]);
}

/** A name server on 127.0.0.1 that knows A records alone; a name that it was not told is NXDOMAIN. */
export async function dnsServer(names: Record<string, DnsAnswer>): Promise<DnsServer> {
  const socket: Socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (query, from) => {
    const { name } = nameIn(query);
    asked.push(name);
    const answer = names[name.toLowerCase()] ?? 'nxdomain';
    if (answer !== 'silent') socket.send(reply(query, answer), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    at: `127.0.0.1:${socket.address().port}`,
    asked,
    async [Symbol.asyncDispose]() {
      socket.close();
      await once(socket, 'close');
    },
  };
}
