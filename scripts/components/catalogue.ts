/** The programs of the `cluster` and later tiers: real ones, built from their Go modules, so that no container is needed. */

export const KUBERNETES = 'v1.36.2';
export const COLLECTOR = 'v0.161.0';
const STAGING = KUBERNETES.replace('v1.', 'v0.');

/** How a program comes to be; each has its reason. */
export type Recipe =
  /** `go install` does it. */
  | { kind: 'install'; package: string; ldflags?: string }
  /** The module has `replace` directives, which `go install` refuses: a module that requires it builds its main package. */
  | { kind: 'require'; module: string; package: string; replaceStaging?: string; ldflags?: string }
  /** The module must be built with its own go.sum: in a copy of its folder. */
  | { kind: 'folder'; module: string; package: string; tags?: string }
  /** The OpenTelemetry Collector Builder writes and compiles the program that a manifest describes. */
  | { kind: 'ocb'; manifest: string };

export interface Component {
  name: string;
  version: string;
  recipe: Recipe;
  tier: 'cluster' | 'telemetry';
}

const stamped = `-X k8s.io/component-base/version.gitVersion=${KUBERNETES} -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=${KUBERNETES.split('.')[1]}`;

const kubernetes = (name: string): Component => ({
  name,
  version: KUBERNETES,
  tier: 'cluster',
  recipe: {
    kind: 'require',
    module: 'k8s.io/kubernetes',
    package: `k8s.io/kubernetes/cmd/${name}`,
    replaceStaging: STAGING,
    ldflags: stamped,
  },
});

export const COMPONENTS: readonly Component[] = [
  {
    name: 'etcd',
    version: 'v3.6.11',
    tier: 'cluster',
    recipe: { kind: 'require', module: 'go.etcd.io/etcd/server/v3', package: 'go.etcd.io/etcd/server/v3' },
  },
  ...['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl'].map(kubernetes),
  {
    name: 'kwok',
    version: 'v0.8.0',
    tier: 'cluster',
    recipe: { kind: 'install', package: 'sigs.k8s.io/kwok/cmd/kwok' },
  },
  {
    name: 'metrics-server',
    version: 'v0.9.0',
    tier: 'cluster',
    recipe: { kind: 'install', package: 'sigs.k8s.io/metrics-server/cmd/metrics-server' },
  },
  {
    name: 'otelcol',
    version: COLLECTOR,
    tier: 'cluster',
    recipe: { kind: 'ocb', manifest: 'collector.yaml' },
  },
  {
    name: 'toxiproxy-server',
    version: 'v2.5.0',
    tier: 'telemetry',
    recipe: {
      kind: 'install',
      package: 'github.com/Shopify/toxiproxy/v2/cmd/server',
      ldflags: '-X github.com/Shopify/toxiproxy/v2.Version=2.5.0',
    },
  },
  {
    name: 'jaeger-all-in-one',
    version: 'v1.76.0',
    tier: 'telemetry',
    recipe: { kind: 'folder', module: 'github.com/jaegertracing/jaeger', package: './cmd/all-in-one' },
  },
  {
    name: 'prometheus',
    // 3.16.0, as Go modules count it
    version: 'v0.316.0',
    tier: 'telemetry',
    recipe: {
      kind: 'folder',
      module: 'github.com/prometheus/prometheus',
      package: './cmd/prometheus',
      // Service discovery makes most of its size, and nothing is discovered here.
      tags: 'remove_all_sd',
    },
  },
];
