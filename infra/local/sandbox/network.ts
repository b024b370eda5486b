import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import type { Pod } from '#shared/domain/kubernetes.ts';
import { readyEndpoints } from './controllers/endpoints.ts';
import { type HttpAnswer, type HttpCall, httpCall } from './http-call.ts';
import { isLetThrough } from './network-policies.ts';
import type { ObjectStore } from './object-store.ts';

/** A connection that did not come about, as a process in a pod sees it. */
export class DialError extends Error {
  override readonly name = 'DialError';
  readonly fault: 'dns' | 'dns-timeout' | 'refused' | 'timeout';
  /** ip:port; absent where the name did not resolve */
  readonly address: string | undefined;

  constructor(fault: DialError['fault'], address?: string) {
    super(`${fault}${address ? ` ${address}` : ''}`);
    this.fault = fault;
    this.address = address;
  }
}

/** kube-dns, as every cluster names it. */
const DNS_SERVICE = { namespace: 'kube-system', name: 'kube-dns' };
const DNS_PORT = 53;

/**
 * The pod network: made-up addresses in front of real loopback servers. A Service's name leads to one of its ready
 * endpoints, as cluster DNS and kube-proxy would lead it.
 */
export class Network {
  readonly #store: ObjectStore;
  readonly #servers = new Map<string, { server: Server; port: number; sockets: Set<Socket> }>();
  readonly #dark = new Set<string>();
  readonly #lastHost = new Map<string, number>();
  #turn = 0;
  #stopped = false;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** The next address of the node's /24. */
  assign(node: string): string {
    const subnet = this.#store.list('nodes').findIndex(({ metadata }) => metadata.name === node) + 1;
    const host = (this.#lastHost.get(node) ?? 9) + 1;
    this.#lastHost.set(node, host);
    return `10.0.${subnet}.${host}`;
  }

  /** Gives a server a port of loopback, and the pod's address in front of it. */
  async listen(ip: string, port: number, server: Server): Promise<void> {
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    this.#servers.set(`${ip}:${port}`, { server, port: (server.address() as AddressInfo).port, sockets });
    // A process that was just starting when the machine was switched off.
    if (this.#stopped) await this.stop();
  }

  /** The process behind the address is gone: its connections break, its ports refuse. */
  async release(ip: string): Promise<void> {
    await this.#close((address) => address.startsWith(`${ip}:`));
  }

  /** The machine of the address is gone: nothing answers there any more, not even a refusal. */
  async cut(ip: string): Promise<void> {
    this.#dark.add(ip);
    await this.release(ip);
  }

  /** Every process is gone at once: the machine is switched off. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#close(() => true);
  }

  async #close(chosen: (address: string) => boolean): Promise<void> {
    const ended: Promise<void>[] = [];
    for (const [address, { server, sockets }] of this.#servers) {
      if (!chosen(address)) continue;
      this.#servers.delete(address);
      ended.push(new Promise((resolve) => server.close(() => resolve())));
      for (const socket of sockets) socket.destroy();
    }
    await Promise.all(ended);
  }

  /**
   * The address that `host:port` leads to from a namespace. Throws DialError `dns` or `refused`, and `dns-timeout` for a pod
   * that does not reach the cluster's name servers.
   */
  resolve(home: string, host: string, port: number, from?: Pod): { ip: string; port: number } {
    if (/^[\d.]+$/.test(host)) return { ip: host, port };
    if (host === 'localhost') return { ip: from?.status?.podIP ?? '127.0.0.1', port };
    if (from && !this.#reachesDns(from)) throw new DialError('dns-timeout');
    const [name = '', namespace = home] = host.replace(/\.svc(\.cluster\.local)?\.?$/, '').split('.');
    const service = this.#store.get('services', { namespace, name });
    if (!service) throw new DialError('dns');
    const index = (service.spec.ports ?? []).findIndex((one) => one.port === port);
    const targets = readyEndpoints(this.#store, service.metadata).flatMap(({ ip, ports }) => {
      const target = ports[index];
      return target === undefined ? [] : [{ ip, port: target }];
    });
    this.#turn += 1;
    const chosen = targets[this.#turn % Math.max(1, targets.length)];
    if (!chosen) throw new DialError('refused', `${service.spec.clusterIP}:${port}`);
    return chosen;
  }

  /** A query goes to any of the DNS pods; the resolver asks again until one answers. */
  #reachesDns(from: Pod): boolean {
    return readyEndpoints(this.#store, DNS_SERVICE).some(({ ip }) =>
      isLetThrough(this.#store, { from, ip, port: DNS_PORT, protocol: 'UDP' }),
    );
  }

  /** Throws DialError, or HungError for a server that never answers. */
  async request(ip: string, port: number, call: Omit<HttpCall, 'port'>, from?: Pod): Promise<HttpAnswer> {
    // What a policy forbids is dropped, not refused: the caller waits in vain.
    if (from && !isLetThrough(this.#store, { from, ip, port })) throw new DialError('timeout', `${ip}:${port}`);
    return httpCall({ ...call, port: this.loopbackPort(ip, port) });
  }

  /** Opens and closes a TCP connection: what a tcpSocket probe does. */
  async dial(ip: string, port: number): Promise<void> {
    const socket = connect({ host: '127.0.0.1', port: this.loopbackPort(ip, port) });
    try {
      await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    } finally {
      socket.destroy();
    }
  }

  /** The real port behind the address. Throws DialError `refused`, or `timeout` where the machine is gone. */
  loopbackPort(ip: string, port: number): number {
    if (this.#dark.has(ip)) throw new DialError('timeout', `${ip}:${port}`);
    const there = this.#servers.get(`${ip}:${port}`);
    if (!there) throw new DialError('refused', `${ip}:${port}`);
    return there.port;
  }
}
