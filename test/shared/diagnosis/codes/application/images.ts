import type { Snapshot } from '#shared/domain/snapshot.ts';
import { crashLoop, event, everWith, podsOf, pullFails } from '#test/support/faults.ts';
import { healthyNamespace, NAMESPACE } from '#test/support/namespace.ts';
import { type Cases, inPodsOf, UNREAD_PODS } from '../case.ts';
import { IMAGE, refused, refusedToRollout, resolving, UNAUTHORIZED, waits } from './pulling.ts';

const at = inPodsOf('otlp-app', 'app');

const dies = (exitCode: number, log: string): Snapshot => {
  const snapshot = healthyNamespace();
  return crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { exitCode, log });
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

/** Images that cannot be had, whatever the registry says. */
export const images = {
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
    notApplicable: [UNREAD_PODS],
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
    notApplicable: [UNREAD_PODS],
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
    notApplicable: [UNREAD_PODS],
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
