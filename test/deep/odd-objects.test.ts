import { it } from 'vitest';
import { wreckAndJudge } from '#test/support/odd-objects.ts';

it('judges objects that are not as the API would write them, whatever is odd about them', () => wreckAndJudge(10_000));
