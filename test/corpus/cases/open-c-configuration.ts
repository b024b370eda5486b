import type { CorpusCase } from '../case.ts';
import { crashLoop } from '../faults.ts';
import { neverAvailable } from '../first-rollouts.ts';
import { healthy } from '../healthy.ts';
import { autoscaler, configMap, service, thing } from '../things.ts';
import { ago, DAY } from '../time.ts';
import { deployment, statefulSet } from '../workloads.ts';

const PROMETHEUS = `global:
  scrape_interval: 1m
rule_files:
  - /etc/config/rules
scrape_configs:
  - job_name: kubernetes-pods
    kubernetes_sd_configs:
      - role: pod
    relabel_configs:
      - action: replace
        source_labels:
          - __meta_kubernetes_pod_name
        target_label: kubernetes_pod_namealerting:
      alertmanagers:
      - kubernetes_sd_configs:
          - role: pod
`;

/** Charts that render something that nobody can use, and rights that nobody gave. */
export const openCConfiguration: CorpusCase[] = [
  {
    name: 'chart-scales-a-deployment-and-installs-a-stateful-set',
    kind: 'single',
    source: 'https://github.com/bitnami/charts/issues/32869',
    layers: ['configuration'],
    roots: [['hpa-target-missing']],
    why: 'The autoscaler of the chart names a Deployment; the registry of the same name is a StatefulSet, and well.',
    build: () => {
      const world = healthy();
      const name = 'schema-registry';
      const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': 'confluent' };
      statefulSet(world, name, {
        labels,
        replicas: 2,
        age: 3 * DAY,
        revised: 3 * DAY,
        container: {
          name,
          image: 'docker.io/bitnami/schema-registry:7.9.0-debian-12-r0',
          ports: [{ name: 'http', containerPort: 8081, protocol: 'TCP' }],
          resources: { requests: { cpu: '250m', memory: '512Mi' }, limits: { cpu: '1', memory: '1Gi' } },
          readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 10, failureThreshold: 6 },
        },
      });
      service(world, name, labels, [{ name: 'http', port: 8081, targetPort: 'http' }], { age: 3 * DAY });
      const notFound = `deployments/scale.apps "${name}" not found`;
      const hpa = autoscaler(world, name, {
        min: 1,
        max: 11,
        conditions: [
          {
            type: 'AbleToScale',
            status: 'False',
            reason: 'FailedGetScale',
            message: `the HPA controller was unable to get the target's current scale: ${notFound}`,
            lastTransitionTime: ago(3 * DAY),
          },
        ],
      }) as unknown as { metadata: { name: string; creationTimestamp: string }; status: Record<string, unknown> };
      hpa.metadata.creationTimestamp = ago(3 * DAY);
      hpa.status = { currentReplicas: 0, desiredReplicas: 0, currentMetrics: null, conditions: hpa.status.conditions };
      world.event(hpa, 'Warning', 'FailedGetScale', notFound, {
        count: 17124,
        from: 3 * DAY,
        to: 0.2,
        component: 'horizontal-pod-autoscaler',
      });
      return world;
    },
  },
  {
    name: 'template-glues-two-lines-of-the-prometheus-configuration',
    kind: 'single',
    source: 'https://github.com/helm/charts/issues/5423',
    layers: ['configuration', 'application'],
    roots: [['config-yaml-invalid']],
    why: 'A dash in the template eats the newline before "alerting:": prometheus.yml is no YAML any more, and the server ends on each start while the reloader beside it runs.',
    build: () => {
      const world = healthy();
      const labels = { app: 'prometheus', component: 'server' };
      configMap(world, 'prometheus-server', { 'prometheus.yml': PROMETHEUS, rules: '{}\n' }, { age: 46, changed: 46 });
      const server = deployment(world, 'prometheus-server', {
        labels,
        replicas: 1,
        revision: 1,
        age: 46,
        revised: 46,
        configMap: 'prometheus-server',
        container: {
          name: 'prometheus-server-configmap-reload',
          image: 'jimmidyson/configmap-reload:v0.1',
          args: ['--volume-dir=/etc/config', '--webhook-url=http://localhost:9090/-/reload'],
          volumeMounts: [{ name: 'config', mountPath: '/etc/config', readOnly: true }],
        },
        more: {
          containers: [
            {
              name: 'prometheus-server',
              image: 'prom/prometheus:v2.2.1',
              args: ['--config.file=/etc/config/prometheus.yml', '--storage.tsdb.path=/data'],
              ports: [{ containerPort: 9090, protocol: 'TCP' }],
              readinessProbe: {
                httpGet: { path: '/-/ready', port: 9090 },
                initialDelaySeconds: 30,
                timeoutSeconds: 30,
              },
              volumeMounts: [
                { name: 'config', mountPath: '/etc/config' },
                { name: 'storage-volume', mountPath: '/data' },
              ],
            },
          ],
          volumes: [{ name: 'storage-volume', emptyDir: {} }],
        },
      });
      service(world, 'prometheus-server', labels, [{ name: 'http', port: 80, targetPort: 9090 }], { age: 46 });
      for (const pod of world.podsOf(server))
        crashLoop(world, pod, {
          container: 'prometheus-server',
          exitCode: 1,
          restarts: 13,
          minutes: 46,
          log: `level=info ts=2026-11-20T09:57:57.405021Z caller=main.go:220 msg="Starting Prometheus" version="(version=2.2.1, branch=HEAD, revision=bc6058c81272a8d938c05e75607371284236aadc)"
level=info ts=2026-11-20T09:57:57.405911Z caller=main.go:588 msg="Loading configuration file" filename=/etc/config/prometheus.yml
level=info ts=2026-11-20T09:57:57.406041Z caller=main.go:398 msg="Stopping scrape discovery manager..."
level=error ts=2026-11-20T09:57:57.406070309Z caller=main.go:582 err="Error loading config couldn't load configuration (--config.file=/etc/config/prometheus.yml): parsing YAML file /etc/config/prometheus.yml: yaml: line 13: mapping values are not allowed in this context"
level=info ts=2026-11-20T09:57:57.406112Z caller=main.go:584 msg="See you next time!"`,
        });
      neverAvailable(world, server, 46);
      return world;
    },
  },
  {
    name: 'target-allocator-may-not-list-probes',
    kind: 'single',
    source: 'https://github.com/open-telemetry/opentelemetry-operator/issues/4456',
    layers: ['configuration', 'otlp'],
    roots: [['rbac-forbidden']],
    why: 'The operator checks the rights on ServiceMonitors and PodMonitors, and forgets those on Probes: the allocator waits for that cache for ever, all pods are up, and nothing is scraped.',
    build: () => {
      const world = healthy();
      const account = 'otel-collector-targetallocator';
      thing(world, 'v1', 'ServiceAccount', account, {}, { age: 2 * DAY });
      const labels = {
        'app.kubernetes.io/component': 'opentelemetry-targetallocator',
        'app.kubernetes.io/instance': 'shop.otel-daemonset',
      };
      const allocator = deployment(world, 'otel-daemonset-targetallocator', {
        labels,
        replicas: 1,
        revision: 1,
        age: 2 * DAY,
        revised: 2 * DAY,
        more: { serviceAccountName: account },
        container: {
          name: 'ta-container',
          image: 'ghcr.io/open-telemetry/opentelemetry-operator/target-allocator:0.137.0',
          args: ['--enable-prometheus-cr-watcher'],
          ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
          resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
        },
      });
      service(world, 'otel-daemonset-targetallocator', labels, [
        { name: 'targetallocation', port: 80, targetPort: 'http' },
      ]);
      const line = (at: string, message: string) =>
        JSON.stringify({ level: 'info', ts: `2026-11-20T${at}Z`, msg: message });
      const forbidden = `probes.monitoring.coreos.com is forbidden: User "system:serviceaccount:shop:${account}" cannot list resource "probes" in API group "monitoring.coreos.com" at the cluster scope`;
      for (const pod of world.podsOf(allocator))
        world.log(
          pod,
          ['09:57:41', '09:58:33', '09:59:27']
            .flatMap((at) => [
              line(at, `k8s.io/client-go@v0.32.3/tools/cache/reflector.go:251: failed to list *v1.Probe: ${forbidden}`),
              JSON.stringify({
                level: 'error',
                ts: `2026-11-20T${at}Z`,
                msg: 'k8s.io/client-go@v0.32.3/tools/cache/reflector.go:251: Failed to watch',
                type: '*v1.Probe',
                error: `failed to list *v1.Probe: ${forbidden}`,
              }),
            ])
            .join('\n'),
        );
      return world;
    },
  },
];
