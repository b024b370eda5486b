import type { LocalRuntimeOptions } from '#infra/local/runtime.ts';
import type { Ports } from '#shared/ports/ports.ts';

export class Died extends Error {}

/**
 * Ports of a process that dies just before its `last`-th effect: from then on nothing it does reaches the world, as
 * after SIGKILL. An effect is a write to the store, a patch, a notice.
 */
export function mortal(ports: Ports, last: number, die: () => void = () => undefined) {
  let effects = 0;
  const alive = () => effects < last;
  const effect = async <T>(run: () => Promise<T>): Promise<T> => {
    if (alive()) effects++;
    if (!alive()) die();
    if (!alive()) throw new Died('the process is dead');
    return run();
  };
  const read = async <T>(run: () => Promise<T>): Promise<T> => {
    if (!alive()) throw new Died('the process is dead');
    return run();
  };
  const { store, clusters, notifier } = ports;
  const dying: Ports = {
    ...ports,
    store: {
      read: (key) => read(() => store.read(key)),
      list: (prefix) => read(() => store.list(prefix)),
      locate: (key) => store.locate(key),
      create: (key, body) => effect(() => store.create(key, body)),
      replace: (key, body, version) => effect(() => store.replace(key, body, version)),
      put: (key, body) => effect(() => store.put(key, body)),
      remove: (key, version) => effect(() => store.remove(key, version)),
    },
    clusters: {
      async open(target, options) {
        const cluster = await read(() => clusters.open(target, options));
        return new Proxy(cluster, {
          get: (of, name) =>
            name === 'patch'
              ? (...args: Parameters<typeof cluster.patch>) =>
                  args[2].dryRun ? read(() => of.patch(...args)) : effect(() => of.patch(...args))
              : ((Reflect.get(of, name) as unknown as { bind?: (to: object) => unknown })?.bind?.(of) ??
                Reflect.get(of, name)),
        });
      },
    },
    notifier: { send: (message, options) => effect(() => notifier.send(message, options)) },
  };
  return { ports: dying, hasDied: () => !alive() };
}

/** The process of that number, which knows that no other one is alive. */
export const soleProcess = (pid: number): NonNullable<LocalRuntimeOptions['processes']> => ({
  self: { host: 'here', pid },
  isAlive: (other) => other.pid === pid,
});
