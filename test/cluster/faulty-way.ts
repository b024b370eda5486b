import { freePort } from './free-port.ts';
import { running } from './running-program.ts';

/** A fault of toxiproxy: https://github.com/Shopify/toxiproxy#toxics */
export interface Toxic {
  type: string;
  stream: 'upstream' | 'downstream';
  attributes: Record<string, number>;
}

/** A real toxiproxy before `upstream`, with one toxic. */
export async function through(upstream: string, toxic: Toxic): Promise<{ url: string } & AsyncDisposable> {
  const [control, port] = await Promise.all([freePort(), freePort()]);
  const program = await running('toxiproxy-server', ['-host', '127.0.0.1', '-port', String(control)], /Starting/i);
  const post = async (path: string, body: object) => {
    const answer = await fetch(`http://127.0.0.1:${control}${path}`, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`toxiproxy answers ${answer.status}: ${await answer.text()}`);
    await answer.arrayBuffer();
  };
  await post('/proxies', { name: 'way', listen: `127.0.0.1:${port}`, upstream: new URL(upstream).host, enabled: true });
  await post('/proxies/way/toxics', { name: 'it', toxicity: 1, ...toxic });
  return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() };
}
