import type { Registry } from '../programs/registry.ts';
import type { Timeline } from '../timeline.ts';
import type { Say } from './container-worker.ts';

const FIRST_BACKOFF_SECONDS = 10;
const LONGEST_BACKOFF_SECONDS = 300;

/** A pull that failed, with what `state.waiting` then says. */
export interface PullFailure {
  reason: 'ErrImagePull' | 'ImagePullBackOff';
  message: string;
  /** until the next try */
  retryInSeconds: number;
}

/** Gets images onto nodes, and backs off from those that cannot be had: 10 s, 20 s, ... 300 s. */
export class ImagePuller {
  readonly #registry: Registry;
  readonly #timeline: Timeline;
  readonly #onNode = new Set<string>();
  readonly #backOff = new Map<string, { seconds: number; until: number; error: string }>();

  constructor(registry: Registry, timeline: Timeline) {
    this.#registry = registry;
    this.#timeline = timeline;
  }

  /** Calls `done` when the image is there, `failed` when it is not. */
  ensure(
    { image, node, policy, podUid }: { image: string; node: string; policy: string; podUid: string },
    say: Say,
    done: () => Promise<void>,
    failed: (failure: PullFailure) => void,
  ): void | Promise<void> {
    if (this.#onNode.has(`${node} ${image}`) && policy !== 'Always') {
      say('Normal', 'Pulled', `Container image "${image}" already present on machine and can be accessed by the pod`);
      return done();
    }
    const key = `${podUid} ${image}`;
    const waiting = this.#backOff.get(key);
    const left = (waiting?.until ?? 0) - this.#timeline.elapsed();
    if (waiting && left > 0.01) {
      const message = `Back-off pulling image "${image}"`;
      say('Normal', 'BackOff', message);
      say('Warning', 'Failed', 'Error: ImagePullBackOff');
      const whole = `${message}: ErrImagePull: ${waiting.error}`;
      failed({ reason: 'ImagePullBackOff', message: whole, retryInSeconds: Math.min(left, 13) });
      return undefined;
    }
    say('Normal', 'Pulling', `Pulling image "${image}"`);
    const found = this.#registry.find(image);
    this.#timeline.after(found ? found.pullSeconds : 0.6, () => {
      if (found) {
        this.#onNode.add(`${node} ${image}`);
        const took = `${found.pullSeconds}s`;
        const size = `Image size: ${found.sizeBytes} bytes.`;
        say('Normal', 'Pulled', `Successfully pulled image "${image}" in ${took} (${took} including waiting). ${size}`);
        return done();
      }
      const error = `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve image: ${image}: not found`;
      const seconds = Math.min((waiting?.seconds ?? FIRST_BACKOFF_SECONDS / 2) * 2, LONGEST_BACKOFF_SECONDS);
      this.#backOff.set(key, { seconds, until: this.#timeline.elapsed() + seconds, error });
      say('Warning', 'Failed', `Failed to pull image "${image}": ${error}`);
      say('Warning', 'Failed', 'Error: ErrImagePull');
      failed({ reason: 'ErrImagePull', message: error, retryInSeconds: 2 });
      return undefined;
    });
    return undefined;
  }
}
