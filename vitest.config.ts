import { defineConfig } from 'vitest/config';

/** The tiers of docs/testing.md: each has its own npm script, and only `unit` needs nothing but npm. */
export default defineConfig({
  test: {
    // Vitest leaves one core free, which on two cores is half of them.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'unit',
          // Bounds on hanging, not on speed: a busy machine is no fault.
          testTimeout: 30_000,
          include: ['test/**/*.test.ts'],
          exclude: ['test/cluster/**', 'test/aws/**', 'test/deep/**'],
        },
      },
      { test: { name: 'deep', include: ['test/deep/**/*.test.ts'], testTimeout: 600_000 } },
      {
        test: {
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts'],
          globalSetup: 'test/cluster/control-plane.ts',
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'aws',
          include: ['test/aws/**/*.test.ts'],
          globalSetup: 'test/aws/stand-in.ts',
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
