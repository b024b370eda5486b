import { expect, it } from 'vitest';
import { dieAndGoOn } from '#test/support/die-and-go-on.ts';

it('loses and doubles nothing wherever the P0 flow dies', async () => {
  let effects = 0;
  while (await dieAndGoOn(effects + 1)) effects++;
  expect(effects).toBeGreaterThan(30);
});
