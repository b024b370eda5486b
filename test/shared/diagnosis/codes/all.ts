import type { Code } from '#shared/diagnosis/catalogue.ts';
import { advice } from './application/advice.ts';
import { commands } from './application/commands.ts';
import { crashes } from './application/crashes.ts';
import { images } from './application/images.ts';
import { jobs } from './application/jobs.ts';
import { kills } from './application/kills.ts';
import { lostPods } from './application/lost-pods.ts';
import { probes } from './application/probes.ts';
import { readiness } from './application/readiness.ts';
import { registries } from './application/registries.ts';
import { rollouts } from './application/rollouts.ts';
import { starts } from './application/starts.ts';
import { workloads } from './application/workloads.ts';
import { bursts } from './bursts.ts';
import type { CodeCases } from './case.ts';
import { clusterDns } from './cluster-dns.ts';
import { configuration } from './configuration.ts';
import { certificates } from './network/certificates.ts';
import { denials } from './network/denials.ts';
import { idlePolicies } from './network/idle-policies.ts';
import { ingresses } from './network/ingresses.ts';
import { names } from './network/names.ts';
import { servicePorts } from './network/service-ports.ts';
import { services } from './network/services.ts';
import { ways } from './network/ways.ts';
import { otlp } from './otlp.ts';
import { partialServices } from './partial-services.ts';
import { platform } from './platform.ts';
import { recentChanges } from './recent-changes.ts';
import { requiredKeys } from './required-keys.ts';
import { claims } from './storage/claims.ts';
import { mounts } from './storage/mounts.ts';
import { queue } from './storage/queue.ts';
import { volumes } from './storage/volumes.ts';
import { writes } from './storage/writes.ts';

/** The cases of every code, layer by layer. */
export const CASES: Readonly<Record<Code, CodeCases>> = {
  ...crashes,
  ...images,
  ...starts,
  ...probes,
  ...lostPods,
  ...rollouts,
  ...advice,
  ...claims,
  ...mounts,
  ...writes,
  ...queue,
  ...services,
  ...ingresses,
  ...kills,
  ...commands,
  ...registries,
  ...readiness,
  ...workloads,
  ...jobs,
  ...volumes,
  ...servicePorts,
  ...names,
  ...ways,
  ...certificates,
  ...denials,
  ...idlePolicies,
  ...configuration,
  ...platform,
  ...otlp,
  ...clusterDns,
  ...partialServices,
  ...recentChanges,
  ...bursts,
  ...requiredKeys,
};
