// Made by `npm run generate` from the files of the layer folders. Do not edit.
import { rule as applicationContainerExit } from './application/container-exit.ts';
import { rule as applicationCrashLoop } from './application/crash-loop.ts';
import { rule as applicationImagePull } from './application/image-pull.ts';
import { rule as applicationOomKilled } from './application/oom-killed.ts';
import { rule as applicationPaused } from './application/paused.ts';
import { rule as applicationProbes } from './application/probes.ts';
import { rule as applicationProgressDeadline } from './application/progress-deadline.ts';
import { rule as applicationReplicaFailure } from './application/replica-failure.ts';
import { rule as applicationResourcesUnset } from './application/resources-unset.ts';
import { rule as applicationScaledToZero } from './application/scaled-to-zero.ts';
import { rule as applicationSingleReplica } from './application/single-replica.ts';
import { rule as applicationUnavailable } from './application/unavailable.ts';
import { rule as applicationWorkloadMissing } from './application/workload-missing.ts';
import { rule as configurationConfigStale } from './configuration/config-stale.ts';
import { rule as configurationConfigSyntax } from './configuration/config-syntax.ts';
import { rule as configurationExpected } from './configuration/expected.ts';
import { rule as configurationFailedCreate } from './configuration/failed-create.ts';
import { rule as configurationMissingInMessage } from './configuration/missing-in-message.ts';
import { rule as configurationMissingReference } from './configuration/missing-reference.ts';
import { rule as networkServiceEndpoints } from './network/service-endpoints.ts';
import { rule as networkServiceMissing } from './network/service-missing.ts';
import { rule as networkServiceSelector } from './network/service-selector.ts';
import { rule as networkServiceTargetPort } from './network/service-target-port.ts';
import { rule as otlpCollectorConfig } from './otlp/collector-config.ts';
import { rule as otlpCollectorDown } from './otlp/collector-down.ts';
import { rule as otlpCollectorLocalhost } from './otlp/collector-localhost.ts';
import { rule as otlpEndpointHost } from './otlp/endpoint-host.ts';
import { rule as otlpEndpointProtocol } from './otlp/endpoint-protocol.ts';
import { rule as otlpExportFailing } from './otlp/export-failing.ts';
import { rule as platformNamespace } from './platform/namespace.ts';
import { rule as platformNode } from './platform/node.ts';
import { rule as platformUnschedulable } from './platform/unschedulable.ts';
import type { Rule } from './rule.ts';

export const RULES: Readonly<Record<string, Rule>> = {
  'application/container-exit': applicationContainerExit,
  'application/crash-loop': applicationCrashLoop,
  'application/image-pull': applicationImagePull,
  'application/oom-killed': applicationOomKilled,
  'application/paused': applicationPaused,
  'application/probes': applicationProbes,
  'application/progress-deadline': applicationProgressDeadline,
  'application/replica-failure': applicationReplicaFailure,
  'application/resources-unset': applicationResourcesUnset,
  'application/scaled-to-zero': applicationScaledToZero,
  'application/single-replica': applicationSingleReplica,
  'application/unavailable': applicationUnavailable,
  'application/workload-missing': applicationWorkloadMissing,
  'configuration/config-stale': configurationConfigStale,
  'configuration/config-syntax': configurationConfigSyntax,
  'configuration/expected': configurationExpected,
  'configuration/failed-create': configurationFailedCreate,
  'configuration/missing-in-message': configurationMissingInMessage,
  'configuration/missing-reference': configurationMissingReference,
  'network/service-endpoints': networkServiceEndpoints,
  'network/service-missing': networkServiceMissing,
  'network/service-selector': networkServiceSelector,
  'network/service-target-port': networkServiceTargetPort,
  'otlp/collector-config': otlpCollectorConfig,
  'otlp/collector-down': otlpCollectorDown,
  'otlp/collector-localhost': otlpCollectorLocalhost,
  'otlp/endpoint-host': otlpEndpointHost,
  'otlp/endpoint-protocol': otlpEndpointProtocol,
  'otlp/export-failing': otlpExportFailing,
  'platform/namespace': platformNamespace,
  'platform/node': platformNode,
  'platform/unschedulable': platformUnschedulable,
};
