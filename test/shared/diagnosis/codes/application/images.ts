import type { Snapshot } from '#shared/domain/snapshot.ts';
import { crashLoop, event, everWith, podsOf, pullFails, rollOut, waiting } from '#test/support/faults.ts';
import { healthyNamespace, NAMESPACE } from '#test/support/namespace.ts';
import { type Cases, inPodsOf } from '../case.ts';

const IMAGE = 'registry.example.com/otlp-app:1.4.2';
const at = inPodsOf('otlp-app', 'app');

/** What containerd says in front of every answer of a registry. */
const resolving = (answer: string, code = 'Unknown', image = IMAGE) =>
  `rpc error: code = ${code} desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${answer}`;

/** No pod of the application has its image. */
const refused = (answer: string): Snapshot => {
  const snapshot = healthyNamespace();
  return pullFails(snapshot, podsOf(snapshot, 'otlp-app'), answer);
};

/** The image of the newest revision cannot be had; the old pods still serve. */
const refusedToRollout = (image: string, answer: (image: string) => string): Snapshot => {
  const snapshot = healthyNamespace();
  const made = rollOut(snapshot, 'otlp-app', (container) => {
    container.image = image;
  });
  return pullFails(snapshot, [made], answer(image));
};

/** The kubelet waits for a reason that is none of a registry's. */
const waits = (image: string, reason: string, message: string, eventReason: string): Snapshot => {
  const snapshot = healthyNamespace();
  everWith(snapshot, 'otlp-app', (container) => {
    container.image = image;
  });
  const pods = podsOf(snapshot, 'otlp-app');
  waiting(snapshot, pods, reason, message);
  for (const pod of pods) {
    event(snapshot, pod, eventReason, message);
    event(snapshot, pod, 'Failed', `Error: ${reason}`);
  }
  return snapshot;
};

const dies = (exitCode: number, log: string): Snapshot => {
  const snapshot = healthyNamespace();
  return crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { exitCode, log });
};

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

const withPullSecret = (absent: boolean): Snapshot => {
  const snapshot = healthyNamespace();
  everWith(snapshot, 'otlp-app', (_, spec) => {
    spec.imagePullSecrets = [{ name: 'registry-login' }];
  });
  if (absent) snapshot.absentSecrets.push({ namespace: NAMESPACE, name: 'registry-login' });
  else snapshot.secrets.push({ namespace: NAMESPACE, name: 'registry-login', keys: ['.dockerconfigjson'] });
  return snapshot;
};

const RATE_LIMIT =
  'rpc error: code = Unknown desc = failed to pull and unpack image "docker.io/library/redis:7": failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/redis/manifests/sha256:1a2b: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit';

const UNAUTHORIZED = resolving(
  'failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://registry.example.com/token?scope=repository%3Aotlp-app%3Apull: 401 Unauthorized',
);

const unreadPods = { why: 'pods may not be read', unread: ['pods'] } as const;

/** Images that cannot be had. */
export const images = {
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
    notApplicable: [unreadPods],
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
    notApplicable: [unreadPods],
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
    notApplicable: [unreadPods],
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
    notApplicable: [unreadPods],
  },
  'image-name-invalid': {
    positive: [
      {
        when: 'a tag was left empty by a template',
        at,
        severity: 'P0',
        shows: 'invalid reference format',
        build: () =>
          waits(
            'registry.example.com/otlp-app:',
            'InvalidImageName',
            'Failed to apply default image tag "registry.example.com/otlp-app:": couldn\'t parse image name "registry.example.com/otlp-app:": invalid reference format',
            'InspectFailed',
          ),
      },
    ],
    nearMiss: [
      {
        why: 'a well-formed name that nobody has',
        roots: ['image-not-found'],
        build: () => refused(resolving(`${IMAGE}: not found`, 'NotFound')),
      },
    ],
    notApplicable: [unreadPods],
  },
  'image-never-pull': {
    positive: [
      {
        when: 'imagePullPolicy Never, and the node has no such image',
        at,
        severity: 'P0',
        shows: 'pull policy of Never',
        build: () =>
          waits(
            IMAGE,
            'ErrImageNeverPull',
            `Container image "${IMAGE}" is not present with pull policy of Never`,
            'ErrImageNeverPull',
          ),
      },
    ],
    nearMiss: [
      {
        why: 'imagePullPolicy is Never and the image is there',
        roots: [],
        build: () =>
          everWith(healthyNamespace(), 'otlp-app', (container) => {
            container.imagePullPolicy = 'Never';
          }),
      },
    ],
    notApplicable: [unreadPods],
  },
  'image-arch-mismatch': {
    positive: [
      {
        when: 'runc: the process cannot be executed',
        at,
        severity: 'P0',
        shows: 'exec format error',
        build: () => dies(255, 'exec /usr/local/bin/otlp-app: exec format error'),
      },
      {
        when: 'an older runc, exit code 1',
        at,
        severity: 'P0',
        build: () => dies(1, 'standard_init_linux.go:228: exec user process caused: exec format error'),
      },
      {
        when: 'containerd: the index has no entry for the platform',
        at,
        severity: 'P2',
        shows: 'no match for platform in manifest',
        build: () =>
          refusedToRollout(
            'registry.example.com/otlp-app:1.5.0',
            (image) =>
              `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": no match for platform in manifest: not found`,
          ),
      },
      {
        when: 'CRI-O: the list has no image for the architecture',
        at,
        severity: 'P0',
        build: () =>
          refused(
            'rpc error: code = Unknown desc = choosing image instance: no image found in manifest list for architecture "arm64", variant "v8", OS "linux"',
          ),
      },
      {
        when: 'docker: no matching manifest',
        at,
        severity: 'P0',
        build: () =>
          refused(
            'rpc error: code = Unknown desc = no matching manifest for linux/arm64/v8 in the manifest list entries',
          ),
      },
    ],
    nearMiss: [
      {
        why: 'the process reads a file whose format it does not know',
        roots: ['container-exit-error'],
        build: () => dies(1, 'Error: /data/model.bin: unknown file format'),
      },
    ],
    notApplicable: [unreadPods],
  },
  'image-pull-secret-missing': {
    positive: [
      {
        when: 'the pull is refused, and the Secret is not there',
        at: inPodsOf('otlp-app'),
        severity: 'P0',
        shows: 'not found',
        build: () => {
          const snapshot = withPullSecret(true);
          return pullFails(snapshot, podsOf(snapshot, 'otlp-app'), UNAUTHORIZED);
        },
      },
      {
        when: 'Secrets may not be read, and the kubelet says it',
        at: inPodsOf('otlp-app'),
        severity: 'P0',
        shows: 'registry-login',
        build: () => {
          const snapshot = withPullSecret(false);
          snapshot.secrets = [];
          snapshot.coverage.notChecked.push({ check: 'secrets', why: 'forbidden' });
          for (const pod of podsOf(snapshot, 'otlp-app'))
            event(
              snapshot,
              pod,
              'FailedToRetrieveImagePullSecret',
              'Unable to retrieve some image pull secrets (registry-login); attempting to pull the image may not succeed.',
            );
          return pullFails(snapshot, podsOf(snapshot, 'otlp-app'), UNAUTHORIZED);
        },
      },
      {
        when: 'the image is public, or on the node already',
        at: inPodsOf('otlp-app'),
        as: 'advice',
        build: () => withPullSecret(true),
      },
    ],
    nearMiss: [
      {
        why: 'the Secret is there, and what stands in it is refused',
        roots: ['image-pull-unauthorized'],
        build: () => {
          const snapshot = withPullSecret(false);
          return pullFails(snapshot, podsOf(snapshot, 'otlp-app'), UNAUTHORIZED);
        },
      },
    ],
    notApplicable: [
      { why: 'the pods name no such Secret', build: () => refused(UNAUTHORIZED) },
      { why: 'neither Secrets nor events may be read', unread: ['secrets', 'events'] },
    ],
  },
} satisfies Cases;
