import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { type HttpAnswer, type HttpCall, httpCall } from './http-call.ts';
import type { ObjectStore } from './object-store.ts';

/** A connection that did not come about, as a process in a pod sees it. */
export class DialError extends Error {
  override readonly name = 'DialError';
  readonly fault: 'dns' | 'refused' | 'timeout';
  /** ip:port; absent where the name did not resolve */
  readonly address: string | undefined;

  constructor(fault: DialError['fault'], address?: string) {
    super(`${fault}${address ? ` ${address}` : ''}`);
    this.fault = fault;
    this.address = address;
  }
}

/**
 * The pod network: made-up addresses in front of real loopback servers. A Service's name leads to one of its ready
 * endpoints, as cluster DNS and kube-proxy would lead it.
 */
export class Network {
  readonly #store: ObjectStore;
  readonly #servers = new Map<string, { server: Server; port: number; sockets: Set<Socket> }>();
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

  /** The address that `host:port` leads to from a pod of the namespace. Throws DialError `dns` or `refused`. */
  resolve(namespace: string, host: string, port: number): { ip: string; port: number } {
    if (/^[\d.]+$/.test(host)) return { ip: host, port };
    const [name = '', ofNamespace = namespace] = host.replace(/\.svc(\.cluster\.local)?\.?$/, '').split('.');
    const service = this.#store.get('services', { namespace: ofNamespace, name });
    if (!service) throw new DialError('dns');
    const index = (service.spec.ports ?? []).findIndex((one) => one.port === port);
    const clusterAddress = `${service.spec.clusterIP}:${port}`;
    const slices = this.#store
      .list('endpointslices', ofNamespace)
      .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === name);
    const targets = slices.flatMap((slice) => {
      const target = slice.ports?.[index]?.port;
      const ready = (slice.endpoints ?? []).filter(({ conditions }) => conditions?.ready);
      return target === undefined
        ? []
        : ready.flatMap(({ addresses }) => addresses ?? []).map((ip) => ({ ip, port: target }));
    });
    this.#turn += 1;
    const chosen = targets[this.#turn % Math.max(1, targets.length)];
    if (!chosen) throw new DialError('refused', clusterAddress);
    return chosen;
  }

  async request(ip: string, port: number, call: Omit<HttpCall, 'port'>): Promise<HttpAnswer> {
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

  /** The real port behind the address. Throws DialError `refused`. */
  loopbackPort(ip: string, port: number): number {
    const there = this.#servers.get(`${ip}:${port}`);
    if (!there) throw new DialError('refused', `${ip}:${port}`);
    return there.port;
  }
}
