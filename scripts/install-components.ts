/**
 * Builds what the test tiers need and is not there yet: `npm run components [-- cluster|telemetry ...]`.
 * About ten minutes once on two cores; afterwards it does nothing. Exit code 2 where Go is absent.
 */
import { spawnSync } from 'node:child_process';
import { build } from './components/build.ts';
import type { Component } from './components/catalogue.ts';
import { COMPONENTS_DIR, missing } from './components/place.ts';

const TIERS: Component['tier'][] = ['cluster', 'telemetry'];
const asked = process.argv.slice(2);
const unknown = asked.find((tier) => !TIERS.some((known) => known === tier));
if (unknown) {
  console.error(`unknown tier "${unknown}": there are ${TIERS.join(' and ')}`);
  process.exit(2);
}
const todo = TIERS.filter((tier) => asked.length === 0 || asked.includes(tier)).flatMap(missing);

if (todo.length > 0 && spawnSync('go', ['version']).status !== 0) {
  console.error(`skipped: Go is not installed; install Go 1.26 to build ${todo.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
for (const component of todo) {
  const start = Date.now();
  process.stderr.write(`building ${component.name} ${component.version} ... `);
  await build(component);
  process.stderr.write(`${Math.round((Date.now() - start) / 1000)} s\n`);
}
console.error(`components are in ${COMPONENTS_DIR}`);
