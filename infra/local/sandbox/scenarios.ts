import { InputError } from '#shared/domain/errors.ts';
import { nearest } from '#shared/domain/nearest.ts';
import { backendRefuses } from './scenarios/backend-refuses.ts';
import { badConfigmapInPlace } from './scenarios/bad-configmap-in-place.ts';
import { badConfigmapNewRevision } from './scenarios/bad-configmap-new-revision.ts';
import { badImage } from './scenarios/bad-image.ts';
import { collectorConfigBroken } from './scenarios/collector-config-broken.ts';
import { dependencyDown } from './scenarios/dependency-down.ts';
import { healthy } from './scenarios/healthy.ts';
import { healthyButNoisy } from './scenarios/healthy-but-noisy.ts';
import { initContainerFails } from './scenarios/init-container-fails.ts';
import { memoryLeak } from './scenarios/memory-leak.ts';
import { networkPolicyDefaultDeny } from './scenarios/network-policy-default-deny.ts';
import { nodeLost } from './scenarios/node-lost.ts';
import { quotaExhausted } from './scenarios/quota-exhausted.ts';
import type { Scenario, ScenarioInfo } from './scenarios/scenario.ts';
import { secretKeyMissing } from './scenarios/secret-key-missing.ts';
import { stuckProcess } from './scenarios/stuck-process.ts';
import { webhookDown } from './scenarios/webhook-down.ts';

const ALL: readonly Scenario[] = [
  healthy,
  healthyButNoisy,
  stuckProcess,
  memoryLeak,
  badImage,
  badConfigmapInPlace,
  badConfigmapNewRevision,
  initContainerFails,
  secretKeyMissing,
  quotaExhausted,
  webhookDown,
  dependencyDown,
  nodeLost,
  networkPolicyDefaultDeny,
  collectorConfigBroken,
  backendRefuses,
];

/** What `medic scenarios` lists. */
export const SCENARIOS: readonly ScenarioInfo[] = ALL.map(infoOf);

export function infoOf({ name, title, description, ends }: ScenarioInfo): ScenarioInfo {
  return { name, title, description, ends };
}

/** Throws InputError for a name that is none. */
export function scenarioNamed(name: string): Scenario {
  const found = ALL.find((scenario) => scenario.name === name);
  if (found) return found;
  const meant = nearest(
    name,
    ALL.map((scenario) => scenario.name),
  );
  const hint = meant ? `did you mean "${meant}"? ` : '';
  throw new InputError(`unknown scenario "${name}": ${hint}medic scenarios lists them all`);
}
