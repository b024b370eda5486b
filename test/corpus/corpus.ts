import type { CorpusCase } from './case.ts';
import { application } from './cases/application.ts';
import { cascades } from './cases/cascades.ts';
import { cascadesOfDependencies } from './cases/cascades-of-dependencies.ts';
import { cascadesOfThePlatform } from './cases/cascades-of-the-platform.ts';
import { configuration } from './cases/configuration.ts';
import { fieldAAdmission } from './cases/field-a-admission.ts';
import { fieldADependencies } from './cases/field-a-dependencies.ts';
import { fieldANodes } from './cases/field-a-nodes.ts';
import { fieldANoise } from './cases/field-a-noise.ts';
import { fieldAPairs } from './cases/field-a-pairs.ts';
import { fieldARights } from './cases/field-a-rights.ts';
import { fieldAScaling } from './cases/field-a-scaling.ts';
import { fieldAStarts } from './cases/field-a-starts.ts';
import { fieldBBackends } from './cases/field-b-backends.ts';
import { fieldBCollectors } from './cases/field-b-collectors.ts';
import { fieldBExporters } from './cases/field-b-exporters.ts';
import { fieldBHealthy } from './cases/field-b-healthy.ts';
import { fieldBNames } from './cases/field-b-names.ts';
import { fieldBPairs } from './cases/field-b-pairs.ts';
import { fieldBPorts } from './cases/field-b-ports.ts';
import { fieldBSdks } from './cases/field-b-sdks.ts';
import { fieldBVolumes } from './cases/field-b-volumes.ts';
import { harderLimits } from './cases/harder-limits.ts';
import { harderPaths } from './cases/harder-paths.ts';
import { harderRuns } from './cases/harder-runs.ts';
import { harderStarts } from './cases/harder-starts.ts';
import { network } from './cases/network.ts';
import { noisy } from './cases/noisy.ts';
import { noisyByDesign } from './cases/noisy-by-design.ts';
import { openCAdmission } from './cases/open-c-admission.ts';
import { openCCascades } from './cases/open-c-cascades.ts';
import { openCConfiguration } from './cases/open-c-configuration.ts';
import { openCNetwork } from './cases/open-c-network.ts';
import { openCNoise } from './cases/open-c-noise.ts';
import { openCOtlp } from './cases/open-c-otlp.ts';
import { openCPairs } from './cases/open-c-pairs.ts';
import { openCPlatform } from './cases/open-c-platform.ts';
import { openCStarts } from './cases/open-c-starts.ts';
import { openCStorage } from './cases/open-c-storage.ts';
import { openDCascades } from './cases/open-d-cascades.ts';
import { openDCascadesOfEks } from './cases/open-d-cascades-of-eks.ts';
import { openDCollectors } from './cases/open-d-collectors.ts';
import { openDEks } from './cases/open-d-eks.ts';
import { openDMisleading } from './cases/open-d-misleading.ts';
import { openDPairs } from './cases/open-d-pairs.ts';
import { openDSdks } from './cases/open-d-sdks.ts';
import { openECascades } from './cases/open-e-cascades.ts';
import { openECascadesOfClients } from './cases/open-e-cascades-of-clients.ts';
import { openEDatabases } from './cases/open-e-databases.ts';
import { openEMisleading } from './cases/open-e-misleading.ts';
import { openEPairs } from './cases/open-e-pairs.ts';
import { openEWorkloads } from './cases/open-e-workloads.ts';
import { openFAdmission } from './cases/open-f-admission.ts';
import { openFMisleading } from './cases/open-f-misleading.ts';
import { openFNetwork } from './cases/open-f-network.ts';
import { openFNodes } from './cases/open-f-nodes.ts';
import { openFSdks } from './cases/open-f-sdks.ts';
import { openFStarts } from './cases/open-f-starts.ts';
import { openFStorage } from './cases/open-f-storage.ts';
import { otlp } from './cases/otlp.ts';
import { platform } from './cases/platform.ts';
import { storage } from './cases/storage.ts';
import { traps } from './cases/traps.ts';
import { twoFaults } from './cases/two-faults.ts';
import { HELD_OUT } from './held-out.ts';

const ALL: readonly CorpusCase[] = [
  ...application,
  ...network,
  ...storage,
  ...configuration,
  ...platform,
  ...otlp,
  ...cascades,
  ...cascadesOfThePlatform,
  ...cascadesOfDependencies,
  ...noisy,
  ...noisyByDesign,
  ...twoFaults,
  ...traps,
  ...harderStarts,
  ...harderRuns,
  ...harderPaths,
  ...harderLimits,
  ...fieldAAdmission,
  ...fieldADependencies,
  ...fieldANodes,
  ...fieldANoise,
  ...fieldAPairs,
  ...fieldARights,
  ...fieldAScaling,
  ...fieldAStarts,
  ...fieldBBackends,
  ...fieldBCollectors,
  ...fieldBExporters,
  ...fieldBHealthy,
  ...fieldBNames,
  ...fieldBPairs,
  ...fieldBPorts,
  ...fieldBSdks,
  ...fieldBVolumes,
  ...openCAdmission,
  ...openCCascades,
  ...openCConfiguration,
  ...openCNetwork,
  ...openCNoise,
  ...openCOtlp,
  ...openCPairs,
  ...openCPlatform,
  ...openCStarts,
  ...openCStorage,
  ...openDCascades,
  ...openDCascadesOfEks,
  ...openDCollectors,
  ...openDEks,
  ...openDMisleading,
  ...openDPairs,
  ...openDSdks,
  ...openECascades,
  ...openECascadesOfClients,
  ...openEDatabases,
  ...openEMisleading,
  ...openEPairs,
  ...openEWorkloads,
  ...openFAdmission,
  ...openFMisleading,
  ...openFNetwork,
  ...openFNodes,
  ...openFSdks,
  ...openFStarts,
  ...openFStorage,
];

/** Every case; `heldOut` ones are scored once, when the rules are done, and are never looked at before. */
export const CORPUS: readonly (CorpusCase & { heldOut: boolean })[] = ALL.map((each) => ({
  ...each,
  heldOut: HELD_OUT.has(each.name),
}));
