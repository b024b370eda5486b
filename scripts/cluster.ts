/**
 * A real control plane to try things on: `npm run cluster` starts one, prints the path of its kubeconfig and ends it
 * on Ctrl-C.
 */
import { missing } from './components/place.ts';
import { ControlPlane } from './control-plane/control-plane.ts';

const absent = missing('cluster');
if (absent.length > 0) {
  console.error(`not installed: ${absent.map(({ name }) => name).join(', ')}; run: npm run components -- cluster`);
  process.exit(2);
}
const plane = await ControlPlane.start();
console.log(plane.kubeconfig);
console.error('Ctrl-C ends it');
const hold = setInterval(() => undefined, 60_000);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    clearInterval(hold);
    await plane.down();
  });
}
