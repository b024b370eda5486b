import type { Snapshot } from '#shared/domain/snapshot.ts';
import { event, everWith, podsOf, waiting } from '#test/support/faults.ts';
import { healthyNamespace } from '#test/support/namespace.ts';
import { type Cases, inPodsOf, UNREAD_PODS } from '../case.ts';
import { IMAGE, refused, refusedToRollout, resolving, UNAUTHORIZED, waits } from './pulling.ts';

const at = inPodsOf('otlp-app', 'app');

/** Runs of an image that came long ago, with the complaint of a pull that was since made good. */
const pulledSince = (answer: string): Snapshot => {
  const snapshot = healthyNamespace();
  for (const pod of podsOf(snapshot, 'otlp-app')) {
    const options = { since: 50, last: 48 };
    event(snapshot, pod, 'Failed', `Failed to pull image "${IMAGE}": ${answer}`, options);
    event(snapshot, pod, 'Failed', 'Error: ErrImagePull', options);
  }
  return snapshot;
};

const RATE_LIMIT =
  'rpc error: code = Unknown desc = failed to pull and unpack image "docker.io/library/redis:7": failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/redis/manifests/sha256:1a2b: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit';

/** As kubelets since 1.32 write it; nothing else is known. */
function saidInState(answer: string): Snapshot {
  const snapshot = healthyNamespace();
  const message = `Back-off pulling image "${IMAGE}": ErrImagePull: ${answer}`;
  waiting(snapshot, podsOf(snapshot, 'otlp-app'), 'ImagePullBackOff', message);
  snapshot.coverage.notChecked.push({ check: 'events', why: 'forbidden' });
  return snapshot;
}

function initImageNotFound(): Snapshot {
  const image = 'registry.example.com/migrate:4';
  const snapshot = healthyNamespace();
  everWith(snapshot, 'otlp-app', (_, spec) => {
    spec.initContainers = [{ name: 'migrate', image }];
  });
  const pods = podsOf(snapshot, 'otlp-app');
  waiting(snapshot, pods, 'PodInitializing', undefined, 9);
  const state = { waiting: { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}"` } };
  for (const pod of pods) {
    Object.assign(pod.status ?? {}, {
      initContainerStatuses: [{ name: 'migrate', ready: false, started: false, restartCount: 0, state }],
    });
    const answer = resolving(`${image}: not found`, 'NotFound', image);
    event(snapshot, pod, 'Failed', `Failed to pull image "${image}": ${answer}`);
  }
  return snapshot;
}

/** What registries answer. */
export const registries = {
  'image-not-found': {
    positive: [
      {
        when: 'containerd: the registry has no such tag, and the old pods still serve',
        at,
        severity: 'P2',
        shows: '1.5.0: not found',
        build: () =>
          refusedToRollout('registry.example.com/otlp-app:1.5.0', (image) =>
            resolving(`${image}: not found`, 'NotFound', image),
          ),
      },
      {
        when: 'CRI-O: manifest unknown, and nothing serves',
        at,
        severity: 'P0',
        shows: 'manifest unknown',
        build: () =>
          refused(
            'rpc error: code = Unknown desc = initializing source docker://registry.example.com/otlp-app:1.4.2: reading manifest 1.4.2 in registry.example.com/otlp-app: manifest unknown',
          ),
      },
      {
        when: 'that of an init container',
        at: inPodsOf('otlp-app', 'migrate'),
        severity: 'P0',
        shows: 'migrate:4: not found',
        build: () => initImageNotFound(),
      },
      {
        when: 'the kubelet says it in the state itself, and events may not be read',
        at,
        severity: 'P0',
        shows: '1.4.2: not found',
        build: () => saidInState(resolving(`${IMAGE}: not found`, 'NotFound')),
      },
      {
        when: 'ECR: there is no such repository',
        at,
        severity: 'P0',
        build: () =>
          refused(
            resolving(
              "name unknown: The repository with name 'otlp-app' does not exist in the registry with id '123456789012'",
            ),
          ),
      },
    ],
    nearMiss: [
      {
        why: 'a tag that is called not-found, of a registry that refuses',
        roots: ['image-pull-unauthorized'],
        build: () =>
          refusedToRollout('registry.example.com/otlp-app:not-found', (image) =>
            resolving(
              'unexpected status from HEAD request to https://registry.example.com/v2/otlp-app/manifests/not-found: 403 Forbidden',
              'Unknown',
              image,
            ),
          ),
      },
      {
        why: 'there is such a tag, for other platforms only',
        roots: ['image-arch-mismatch'],
        build: () =>
          refused(
            `rpc error: code = NotFound desc = failed to pull and unpack image "${IMAGE}": no match for platform in manifest: not found`,
          ),
      },
      {
        why: 'it was pulled in the end',
        roots: [],
        build: () => pulledSince(resolving(`${IMAGE}: not found`, 'NotFound')),
      },
    ],
    notApplicable: [UNREAD_PODS],
  },
  'image-pull-unauthorized': {
    positive: [
      {
        when: 'containerd: no anonymous token',
        at,
        severity: 'P0',
        shows: '401 Unauthorized',
        build: () => refused(UNAUTHORIZED),
      },
      {
        when: 'Docker Hub: a private repository',
        at,
        severity: 'P0',
        build: () =>
          refused(
            resolving(
              'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
            ),
          ),
      },
      {
        when: 'ECR: the role of the node may not read the repository',
        at,
        severity: 'P0',
        shows: '403 Forbidden',
        build: () =>
          refused(
            resolving(
              'unexpected status from HEAD request to https://123456789012.dkr.ecr.eu-west-1.amazonaws.com/v2/otlp-app/manifests/1.4.2: 403 Forbidden',
            ),
          ),
      },
      {
        when: 'ECR: no credentials at all',
        at,
        severity: 'P0',
        build: () =>
          refused(
            'rpc error: code = Unknown desc = Error response from daemon: Get "https://123456789012.dkr.ecr.eu-west-1.amazonaws.com/v2/otlp-app/manifests/1.4.2": no basic auth credentials',
          ),
      },
      {
        when: 'Artifact Registry: a permission lacks',
        at,
        severity: 'P0',
        build: () =>
          refused(
            'rpc error: code = Unknown desc = initializing source docker://europe-docker.pkg.dev/shop/otlp-app:1.4.2: reading manifest 1.4.2 in europe-docker.pkg.dev/shop/otlp-app: denied: Permission "artifactregistry.repositories.downloadArtifacts" denied on resource "projects/shop/locations/europe/repositories/otlp-app" (or it may not exist)',
          ),
      },
    ],
    nearMiss: [
      {
        why: 'the Secret with the credentials is not there, and that is the cause',
        roots: ['image-pull-rate-limited'],
        build: () => refused(RATE_LIMIT),
      },
    ],
    notApplicable: [UNREAD_PODS],
  },
  'image-pull-rate-limited': {
    positive: [
      {
        when: 'Docker Hub: anonymous pulls',
        at,
        severity: 'P0',
        shows: 'toomanyrequests',
        build: () => refused(RATE_LIMIT),
      },
      {
        when: 'the kubelet itself lets no more pulls through',
        at,
        severity: 'P0',
        shows: 'pull QPS exceeded',
        build: () => refused('pull QPS exceeded'),
      },
    ],
    nearMiss: [
      {
        why: 'the registry is told who asks, and refuses',
        roots: ['image-pull-unauthorized'],
        build: () => refused(UNAUTHORIZED),
      },
      {
        why: 'the pull came through when the quota was filled up again',
        roots: [],
        build: () => pulledSince(RATE_LIMIT),
      },
    ],
    notApplicable: [UNREAD_PODS],
  },
  'image-registry-unreachable': {
    positive: [
      {
        when: 'the name of the registry does not resolve',
        at,
        severity: 'P0',
        shows: 'no such host',
        build: () =>
          refused(
            resolving(
              'failed to do request: Head "https://registry.example.com/v2/otlp-app/manifests/1.4.2": dial tcp: lookup registry.example.com on 10.0.0.2:53: no such host',
            ),
          ),
      },
      {
        when: 'no route: NAT or VPC endpoint',
        at,
        severity: 'P0',
        shows: 'i/o timeout',
        build: () =>
          refused(
            resolving(
              'failed to do request: Head "https://registry.example.com/v2/otlp-app/manifests/1.4.2": dial tcp 52.4.7.9:443: i/o timeout',
            ),
          ),
      },
      {
        when: 'a proxy that swallows the handshake',
        at,
        severity: 'P0',
        build: () =>
          refused(
            resolving(
              'failed to do request: Head "https://registry.example.com/v2/otlp-app/manifests/1.4.2": net/http: TLS handshake timeout',
            ),
          ),
      },
      {
        when: 'its certificate is of nobody known',
        at,
        severity: 'P0',
        build: () =>
          refused(
            resolving(
              'failed to do request: Head "https://registry.example.com/v2/otlp-app/manifests/1.4.2": tls: failed to verify certificate: x509: certificate signed by unknown authority',
            ),
          ),
      },
      {
        when: 'it answers by an error of its own',
        at,
        severity: 'P0',
        shows: '503 Service Unavailable',
        build: () =>
          refused(
            resolving(
              'unexpected status from HEAD request to https://registry.example.com/v2/otlp-app/manifests/1.4.2: 503 Service Unavailable',
            ),
          ),
      },
      {
        when: 'the kubelet says that by a reason of its own',
        at,
        severity: 'P0',
        build: () =>
          waits(IMAGE, 'RegistryUnavailable', 'RegistryUnavailable: the registry is not available', 'Failed'),
      },
    ],
    nearMiss: [
      {
        why: 'the registry answers that there is no such tag',
        roots: ['image-not-found'],
        build: () => refused(resolving(`${IMAGE}: not found`, 'NotFound')),
      },
    ],
    notApplicable: [UNREAD_PODS],
  },
} satisfies Cases;
