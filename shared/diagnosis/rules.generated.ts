// Made by `npm run generate` from the files of the layer folders. Do not edit.
import { rule as applicationContainerExit } from './application/container-exit.ts';
import { rule as applicationContainerSetup } from './application/container-setup.ts';
import { rule as applicationCrashLoop } from './application/crash-loop.ts';
import { rule as applicationFlapping } from './application/flapping.ts';
import { rule as applicationImagePull } from './application/image-pull.ts';
import { rule as applicationImagePullSecret } from './application/image-pull-secret.ts';
import { rule as applicationInitStuck } from './application/init-stuck.ts';
import { rule as applicationJobFailed } from './application/job-failed.ts';
import { rule as applicationLogBurst } from './application/log-burst.ts';
import { rule as applicationMixedRevisions } from './application/mixed-revisions.ts';
import { rule as applicationNearLimit } from './application/near-limit.ts';
import { rule as applicationOomKilled } from './application/oom-killed.ts';
import { rule as applicationPaused } from './application/paused.ts';
import { rule as applicationPodLost } from './application/pod-lost.ts';
import { rule as applicationProbePort } from './application/probe-port.ts';
import { rule as applicationProbes } from './application/probes.ts';
import { rule as applicationProgressDeadline } from './application/progress-deadline.ts';
import { rule as applicationReadinessGate } from './application/readiness-gate.ts';
import { rule as applicationReplicaFailure } from './application/replica-failure.ts';
import { rule as applicationResourcesUnset } from './application/resources-unset.ts';
import { rule as applicationRollbackUnavailable } from './application/rollback-unavailable.ts';
import { rule as applicationScaledToZero } from './application/scaled-to-zero.ts';
import { rule as applicationSingleReplica } from './application/single-replica.ts';
import { rule as applicationStuckTerminating } from './application/stuck-terminating.ts';
import { rule as applicationUnavailable } from './application/unavailable.ts';
import { rule as applicationWorkloadMissing } from './application/workload-missing.ts';
import { rule as configurationAutoscaler } from './configuration/autoscaler.ts';
import { rule as configurationAutoscalerTarget } from './configuration/autoscaler-target.ts';
import { rule as configurationConfigChanged } from './configuration/config-changed.ts';
import { rule as configurationConfigOutlived } from './configuration/config-outlived.ts';
import { rule as configurationConfigSize } from './configuration/config-size.ts';
import { rule as configurationConfigStale } from './configuration/config-stale.ts';
import { rule as configurationConfigSyntax } from './configuration/config-syntax.ts';
import { rule as configurationDisruptionBudget } from './configuration/disruption-budget.ts';
import { rule as configurationEnvironment } from './configuration/environment.ts';
import { rule as configurationExpected } from './configuration/expected.ts';
import { rule as configurationFailedCreate } from './configuration/failed-create.ts';
import { rule as configurationMissingForJob } from './configuration/missing-for-job.ts';
import { rule as configurationMissingInMessage } from './configuration/missing-in-message.ts';
import { rule as configurationMissingReference } from './configuration/missing-reference.ts';
import { rule as configurationRequiredKey } from './configuration/required-key.ts';
import { rule as configurationSelectorOverlap } from './configuration/selector-overlap.ts';
import { rule as configurationSyntaxRefused } from './configuration/syntax-refused.ts';
import { rule as configurationWebhookUnavailable } from './configuration/webhook-unavailable.ts';
import { rule as networkCertificates } from './network/certificates.ts';
import { rule as networkClusterDns } from './network/cluster-dns.ts';
import { rule as networkClusterDnsErrors } from './network/cluster-dns-errors.ts';
import { rule as networkDnsPolicy } from './network/dns-policy.ts';
import { rule as networkFailureInLog } from './network/failure-in-log.ts';
import { rule as networkIngress } from './network/ingress.ts';
import { rule as networkIngressClass } from './network/ingress-class.ts';
import { rule as networkIngressTls } from './network/ingress-tls.ts';
import { rule as networkPodSandbox } from './network/pod-sandbox.ts';
import { rule as networkPolicyDenies } from './network/policy-denies.ts';
import { rule as networkPolicyDeniesAddress } from './network/policy-denies-address.ts';
import { rule as networkPolicyDeniesDns } from './network/policy-denies-dns.ts';
import { rule as networkPolicyDeniesNeed } from './network/policy-denies-need.ts';
import { rule as networkPolicyEksPort } from './network/policy-eks-port.ts';
import { rule as networkPolicyNotEnforced } from './network/policy-not-enforced.ts';
import { rule as networkPolicySelectors } from './network/policy-selectors.ts';
import { rule as networkServiceEndpoints } from './network/service-endpoints.ts';
import { rule as networkServiceLoadBalancer } from './network/service-load-balancer.ts';
import { rule as networkServiceMissing } from './network/service-missing.ts';
import { rule as networkServicePartial } from './network/service-partial.ts';
import { rule as networkServicePort } from './network/service-port.ts';
import { rule as networkServiceSelector } from './network/service-selector.ts';
import { rule as networkServiceTargetPort } from './network/service-target-port.ts';
import { rule as otlpCollectorConfig } from './otlp/collector-config.ts';
import { rule as otlpCollectorDown } from './otlp/collector-down.ts';
import { rule as otlpCollectorHealthCheck } from './otlp/collector-health-check.ts';
import { rule as otlpCollectorLocalhost } from './otlp/collector-localhost.ts';
import { rule as otlpCollectorPort } from './otlp/collector-port.ts';
import { rule as otlpEndpointHost } from './otlp/endpoint-host.ts';
import { rule as otlpEndpointPath } from './otlp/endpoint-path.ts';
import { rule as otlpEndpointProtocol } from './otlp/endpoint-protocol.ts';
import { rule as otlpEndpointTls } from './otlp/endpoint-tls.ts';
import { rule as otlpEndpointUnset } from './otlp/endpoint-unset.ts';
import { rule as otlpExporterHost } from './otlp/exporter-host.ts';
import { rule as otlpLogMessages } from './otlp/log-messages.ts';
import { rule as otlpSignalPipeline } from './otlp/signal-pipeline.ts';
import { rule as platformDisrupted } from './platform/disrupted.ts';
import { rule as platformMetricsServer } from './platform/metrics-server.ts';
import { rule as platformNamespace } from './platform/namespace.ts';
import { rule as platformNode } from './platform/node.ts';
import { rule as platformNodeSilent } from './platform/node-silent.ts';
import { rule as platformOwned } from './platform/owned.ts';
import { rule as platformUnschedulable } from './platform/unschedulable.ts';
import { rule as storageClaim } from './storage/claim.ts';
import { rule as storageClaimLost } from './storage/claim-lost.ts';
import { rule as storageClaimPending } from './storage/claim-pending.ts';
import { rule as storageVolume } from './storage/volume.ts';
import { rule as storageVolumeSetup } from './storage/volume-setup.ts';
import { rule as storageWriteErrors } from './storage/write-errors.ts';
import type { Rule } from './rule.ts';

export const RULES: Readonly<Record<string, Rule>> = {
  'application/container-exit': applicationContainerExit,
  'application/container-setup': applicationContainerSetup,
  'application/crash-loop': applicationCrashLoop,
  'application/flapping': applicationFlapping,
  'application/image-pull': applicationImagePull,
  'application/image-pull-secret': applicationImagePullSecret,
  'application/init-stuck': applicationInitStuck,
  'application/job-failed': applicationJobFailed,
  'application/log-burst': applicationLogBurst,
  'application/mixed-revisions': applicationMixedRevisions,
  'application/near-limit': applicationNearLimit,
  'application/oom-killed': applicationOomKilled,
  'application/paused': applicationPaused,
  'application/pod-lost': applicationPodLost,
  'application/probe-port': applicationProbePort,
  'application/probes': applicationProbes,
  'application/progress-deadline': applicationProgressDeadline,
  'application/readiness-gate': applicationReadinessGate,
  'application/replica-failure': applicationReplicaFailure,
  'application/resources-unset': applicationResourcesUnset,
  'application/rollback-unavailable': applicationRollbackUnavailable,
  'application/scaled-to-zero': applicationScaledToZero,
  'application/single-replica': applicationSingleReplica,
  'application/stuck-terminating': applicationStuckTerminating,
  'application/unavailable': applicationUnavailable,
  'application/workload-missing': applicationWorkloadMissing,
  'configuration/autoscaler': configurationAutoscaler,
  'configuration/autoscaler-target': configurationAutoscalerTarget,
  'configuration/config-changed': configurationConfigChanged,
  'configuration/config-outlived': configurationConfigOutlived,
  'configuration/config-size': configurationConfigSize,
  'configuration/config-stale': configurationConfigStale,
  'configuration/config-syntax': configurationConfigSyntax,
  'configuration/disruption-budget': configurationDisruptionBudget,
  'configuration/environment': configurationEnvironment,
  'configuration/expected': configurationExpected,
  'configuration/failed-create': configurationFailedCreate,
  'configuration/missing-for-job': configurationMissingForJob,
  'configuration/missing-in-message': configurationMissingInMessage,
  'configuration/missing-reference': configurationMissingReference,
  'configuration/required-key': configurationRequiredKey,
  'configuration/selector-overlap': configurationSelectorOverlap,
  'configuration/syntax-refused': configurationSyntaxRefused,
  'configuration/webhook-unavailable': configurationWebhookUnavailable,
  'network/certificates': networkCertificates,
  'network/cluster-dns': networkClusterDns,
  'network/cluster-dns-errors': networkClusterDnsErrors,
  'network/dns-policy': networkDnsPolicy,
  'network/failure-in-log': networkFailureInLog,
  'network/ingress': networkIngress,
  'network/ingress-class': networkIngressClass,
  'network/ingress-tls': networkIngressTls,
  'network/pod-sandbox': networkPodSandbox,
  'network/policy-denies': networkPolicyDenies,
  'network/policy-denies-address': networkPolicyDeniesAddress,
  'network/policy-denies-dns': networkPolicyDeniesDns,
  'network/policy-denies-need': networkPolicyDeniesNeed,
  'network/policy-eks-port': networkPolicyEksPort,
  'network/policy-not-enforced': networkPolicyNotEnforced,
  'network/policy-selectors': networkPolicySelectors,
  'network/service-endpoints': networkServiceEndpoints,
  'network/service-load-balancer': networkServiceLoadBalancer,
  'network/service-missing': networkServiceMissing,
  'network/service-partial': networkServicePartial,
  'network/service-port': networkServicePort,
  'network/service-selector': networkServiceSelector,
  'network/service-target-port': networkServiceTargetPort,
  'otlp/collector-config': otlpCollectorConfig,
  'otlp/collector-down': otlpCollectorDown,
  'otlp/collector-health-check': otlpCollectorHealthCheck,
  'otlp/collector-localhost': otlpCollectorLocalhost,
  'otlp/collector-port': otlpCollectorPort,
  'otlp/endpoint-host': otlpEndpointHost,
  'otlp/endpoint-path': otlpEndpointPath,
  'otlp/endpoint-protocol': otlpEndpointProtocol,
  'otlp/endpoint-tls': otlpEndpointTls,
  'otlp/endpoint-unset': otlpEndpointUnset,
  'otlp/exporter-host': otlpExporterHost,
  'otlp/log-messages': otlpLogMessages,
  'otlp/signal-pipeline': otlpSignalPipeline,
  'platform/disrupted': platformDisrupted,
  'platform/metrics-server': platformMetricsServer,
  'platform/namespace': platformNamespace,
  'platform/node': platformNode,
  'platform/node-silent': platformNodeSilent,
  'platform/owned': platformOwned,
  'platform/unschedulable': platformUnschedulable,
  'storage/claim': storageClaim,
  'storage/claim-lost': storageClaimLost,
  'storage/claim-pending': storageClaimPending,
  'storage/volume': storageVolume,
  'storage/volume-setup': storageVolumeSetup,
  'storage/write-errors': storageWriteErrors,
};
