import type { CorpusCase } from '../case.ts';
import { crashLoop, startError } from '../faults.ts';
import { neverAvailable } from '../first-rollouts.ts';
import { healthy } from '../healthy.ts';
import { configMap, service, thing } from '../things.ts';
import { deployment } from '../workloads.ts';

/** Processes that never come as far as their first request. */
export const openFStarts: CorpusCase[] = [
  {
    name: 'binary-that-an-init-container-has-copied-may-not-be-run',
    kind: 'single',
    source: 'https://github.com/argoproj/argo-cd/issues/21870 https://github.com/argoproj/argo-cd/issues/17696',
    layers: ['application'],
    roots: [['container-permission-denied-exec']],
    why: 'The init container has copied its binary to the shared volume and ended well; the runtime may not execute it there, so no start of dex leaves a log.',
    build: () => {
      const world = healthy();
      const name = 'argocd-dex-server';
      const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': 'argocd' };
      const shared = { name: 'static-files', mountPath: '/shared' };
      thing(world, 'v1', 'ServiceAccount', name, {}, { age: 29 });
      const dex = deployment(world, name, {
        labels,
        replicas: 1,
        age: 29,
        revised: 29,
        revision: 1,
        annotations: { 'meta.helm.sh/release-name': 'argocd', 'meta.helm.sh/release-namespace': world.namespace },
        container: {
          name: 'dex-server',
          image: 'ghcr.io/dexidp/dex:v2.41.1',
          command: ['/shared/argocd-dex', 'rundex'],
          ports: [
            { name: 'http', containerPort: 5556, protocol: 'TCP' },
            { name: 'grpc', containerPort: 5557, protocol: 'TCP' },
            { name: 'metrics', containerPort: 5558, protocol: 'TCP' },
          ],
          resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '128Mi' } },
          volumeMounts: [shared],
        },
        more: {
          serviceAccountName: name,
          initContainers: [
            {
              name: 'copyutil',
              image: 'quay.io/argoproj/argocd:v2.14.2',
              command: ['/bin/cp', '-n', '/usr/local/bin/argocd', '/shared/argocd-dex'],
              volumeMounts: [shared],
            },
          ],
          volumes: [{ name: 'static-files', emptyDir: {} }],
        },
      });
      service(world, name, labels, [
        { name: 'http', port: 5556, targetPort: 'http' },
        { name: 'grpc', port: 5557, targetPort: 'grpc' },
      ]);
      for (const pod of world.podsOf(dex)) {
        startError(
          world,
          pod,
          'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "/shared/argocd-dex": permission denied: unknown',
          128,
          29,
        );
        Object.assign(pod.status?.containerStatuses?.[0] ?? {}, { restartCount: 10 });
      }
      neverAvailable(world, dex, 29);
      return world;
    },
  },
  {
    name: 'chart-writes-a-word-without-quotes-into-json',
    kind: 'single',
    source: 'https://github.com/helm/charts/pull/6420',
    layers: ['configuration', 'application'],
    roots: [['config-json-invalid']],
    why: 'The template renders the sink without quotes, so the ConfigMap holds {"sink": glog}: the program panics over the g.',
    build: () => {
      const world = healthy();
      const name = 'eventrouter';
      thing(world, 'v1', 'ServiceAccount', name, {}, { age: 26 });
      configMap(world, name, { 'config.json': '{\n  "sink": glog\n}\n' }, { age: 26, changed: 26 });
      const router = deployment(world, name, {
        replicas: 1,
        age: 26,
        revised: 26,
        revision: 1,
        configMap: name,
        container: {
          name,
          image: 'gcr.io/heptio-images/eventrouter:v0.2',
          resources: { requests: { cpu: '20m', memory: '32Mi' }, limits: { memory: '128Mi' } },
          volumeMounts: [{ name: 'config', mountPath: '/etc/eventrouter' }],
        },
        more: { serviceAccountName: name },
      });
      for (const pod of world.podsOf(router))
        crashLoop(world, pod, {
          exitCode: 2,
          restarts: 9,
          minutes: 26,
          log: `panic: While parsing config: invalid character 'g' looking for beginning of value

goroutine 1 [running]:
main.loadConfig(0x116ae00, 0xc42031f8f0)
	/go/src/github.com/heptiolabs/eventrouter/main.go:77 +0x415
main.main()
	/go/src/github.com/heptiolabs/eventrouter/main.go:108 +0x43`,
        });
      neverAvailable(world, router, 26);
      return world;
    },
  },
];
