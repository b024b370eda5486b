import type { LocalRuntimeOptions } from '#infra/local/runtime.ts';
import type { Ports } from '#shared/ports/ports.ts';

export class Died extends Error {}

/** When a process dies: before its n-th effect, or before the first one that follows a patch. */
export type Death = number | 'after-patch';

/**
 * Ports of a process that dies just before one of its effects: from then on nothing it does reaches the world, as after
 * SIGKILL. An effect is a write to the store, a patch, a notice.
 */
export function mortal(ports: Ports, death: Death, die: () => void = () => undefined) {
  let effects = 0;
  let patched = false;
  let dead = false;
  const read = async <T>(run: () => Promise<T>): Promise<T> => {
    if (dead) throw new Died('the process is dead');
    return run();
  };
  const effect = async <T>(run: () => Promise<T>, isPatch = false): Promise<T> => {
    effects++;
    if (!dead && (death === 'after-patch' ? patched : effects >= death)) {
      dead = true;
      die();
    }
    const result = await read(run);
    patched ||= isPatch;
    return result;
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
          get(of, name) {
            if (name === 'patch')
              return (...args: Parameters<typeof cluster.patch>) =>
                args[2].dryRun ? read(() => of.patch(...args)) : effect(() => of.patch(...args), true);
            const member: unknown = Reflect.get(of, name);
            return typeof member === 'function' ? member.bind(of) : member;
          },
        });
      },
    },
    notifier: { send: (message, options) => effect(() => notifier.send(message, options)) },
  };
  return { ports: dying, hasDied: () => dead };
}

/** The process of that number, which knows that no other one is alive. */
export const soleProcess = (pid: number): NonNullable<LocalRuntimeOptions['processes']> => ({
  self: { host: 'here', pid },
  isAlive: (other) => other.pid === pid,
});
