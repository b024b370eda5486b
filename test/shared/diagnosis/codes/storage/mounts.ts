import type { Snapshot } from '#shared/domain/snapshot.ts';
import { BOUND, withClaim } from '#test/support/claims.ts';
import { event, everWith, podsOf, waiting } from '#test/support/faults.ts';
import { healthyNamespace } from '#test/support/namespace.ts';
import { isTold } from '#test/support/telling.ts';
import { type Cases, inPodsOf, type Positive } from '../case.ts';

const at = inPodsOf('otlp-app');
const unread = [
  { why: 'events may not be read', unread: ['events'] },
  { why: 'pods may not be read', unread: ['pods'] },
] as const;

/** The pods have a node, and wait there for their volumes. */
function heldBack(reason: string, ...messages: string[]): Snapshot {
  const snapshot = withClaim(BOUND);
  const pods = podsOf(snapshot, 'otlp-app');
  waiting(snapshot, pods, 'ContainerCreating', undefined, 6);
  for (const pod of pods) for (const message of messages) event(snapshot, pod, reason, message);
  return snapshot;
}

const TIMED_OUT =
  'Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[], failed to process volumes=[]: timed out waiting for the condition';
const MULTI_ATTACH =
  'Multi-Attach error for volume "pvc-0a1b2c3d" Volume is already used by pod(s) otlp-app-7d4f9c1-x7k2p';

const found = (reason: string, when: string, shows: string, because: RegExp, ...messages: string[]): Positive => ({
  when,
  at,
  severity: 'P0',
  shows,
  because,
  build: () => heldBack(reason, ...messages),
});

const nfs = (answer: string) =>
  `MountVolume.SetUp failed for volume "shared" : mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs4 fs-0a1b.efs.eu-west-1.amazonaws.com:/ /var/lib/kubelet/pods/6f0c/volumes/kubernetes.io~nfs/shared\nOutput: mount.nfs4: ${answer}`;

/** Volumes that do not come to the node or into the pod. */
export const mounts = {
  'volume-attach-failed': {
    positive: [
      found(
        'FailedAttachVolume',
        'it is attached to the node of the old pod still',
        'Multi-Attach error',
        /one node at a time/,
        MULTI_ATTACH,
      ),
      found(
        'FailedAttachVolume',
        'the node has as many volumes as it can have',
        'attachment limit',
        /as many volumes attached as it can have/,
        'AttachVolume.Attach failed for volume "pvc-0a1b2c3d" : rpc error: code = ResourceExhausted desc = Could not attach volume "vol-0a1b" to node "i-0c2d": attachment limit exceeded, 25 of 25 in use',
      ),
      found(
        'FailedAttachVolume',
        'the driver does not answer',
        'timed out waiting for external-attacher',
        /controller does not answer/,
        'AttachVolume.Attach failed for volume "pvc-0a1b2c3d" : timed out waiting for external-attacher of ebs.csi.aws.com CSI driver to attach volume vol-0a1b',
      ),
      found(
        'FailedAttachVolume',
        'the disk is gone',
        'InvalidVolume.NotFound',
        /does not exist any more/,
        'AttachVolume.Attach failed for volume "pvc-0a1b2c3d" : rpc error: code = NotFound desc = Could not attach volume "vol-0a1b" to node "i-0c2d": api error InvalidVolume.NotFound: The volume \'vol-0a1b\' does not exist.',
      ),
      found(
        'FailedAttachVolume',
        'the driver may not attach',
        'UnauthorizedOperation',
        /refuses/,
        'AttachVolume.Attach failed for volume "pvc-0a1b2c3d" : rpc error: code = Internal desc = Could not attach volume "vol-0a1b" to node "i-0c2d": api error UnauthorizedOperation: You are not authorized to perform this operation.',
      ),
    ],
    nearMiss: [
      {
        why: 'the old pod is gone, and the new one runs',
        roots: [],
        build: () => {
          const snapshot = withClaim(BOUND);
          for (const pod of podsOf(snapshot, 'otlp-app'))
            event(snapshot, pod, 'FailedAttachVolume', MULTI_ATTACH, { since: 9, last: 8 });
          return snapshot;
        },
      },
      {
        why: 'it is attached, and cannot be mounted',
        roots: ['volume-mount-failed'],
        build: () => heldBack('FailedMount', nfs('Connection timed out')),
      },
    ],
    notApplicable: [...unread],
  },
  'volume-mount-failed': {
    positive: [
      found(
        'FailedMount',
        'the file server does not answer',
        'Connection timed out',
        /file server does not answer/,
        nfs('Connection timed out'),
        TIMED_OUT,
      ),
      found(
        'FailedMount',
        'the file server refuses',
        'access denied by server',
        /refuses/,
        nfs('access denied by server while mounting fs-0a1b.efs.eu-west-1.amazonaws.com:/'),
      ),
      found(
        'FailedMount',
        'the driver does not run on the node',
        'not found in the list of registered CSI drivers',
        /does not run on the node/,
        'MountVolume.MountDevice failed for volume "pvc-0a1b2c3d" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name ebs.csi.aws.com not found in the list of registered CSI drivers',
      ),
      found(
        'FailedMount',
        'the file system is damaged',
        'wrong fs type',
        /damaged/,
        'MountVolume.MountDevice failed for volume "pvc-0a1b2c3d" : rpc error: code = Internal desc = could not format "/dev/nvme1n1" and mount it at "/var/lib/kubelet/plugins/globalmount": mount failed: exit status 32 Output: mount: wrong fs type, bad option, bad superblock on /dev/nvme1n1, missing codepage or helper program, or other error.',
      ),
      found(
        'FailedMount',
        'the path is not on the node',
        'hostPath type check failed',
        /not on this node/,
        'MountVolume.SetUp failed for volume "docker" : hostPath type check failed: /var/run/docker.sock is not a socket file',
      ),
      found(
        'FailedMapVolume',
        'a block device',
        'operation not permitted',
        /may not set up the mount/,
        'MapVolume.MapPodDevice failed for volume "pvc-0a1b2c3d" : rpc error: code = Internal desc = failed to bind mount: operation not permitted',
      ),
      found(
        'FailedMount',
        'its files cannot be given to the group',
        'applyFSGroup failed',
        /cannot be given to the group/,
        'MountVolume.SetUp failed for volume "pvc-0a1b2c3d" : applyFSGroup failed for vol vol-0a1b: lchown /var/lib/kubelet/pods/6f0c/volumes/kubernetes.io~csi/pvc-0a1b2c3d/mount: operation not permitted',
      ),
      found(
        'FailedMount',
        'only the time-out of it is left',
        'timed out waiting for the condition',
        /cannot set up/,
        TIMED_OUT,
      ),
      found(
        'FailedMount',
        'the CA bundle of a projected volume',
        'trust bundle',
        /cannot set up/,
        'MountVolume.SetUp failed for volume "ca" : failed to fetch trust bundle: clustertrustbundle.certificates.k8s.io "corp" not found',
      ),
    ],
    nearMiss: [
      {
        why: 'a ConfigMap that is not there',
        roots: ['configmap-missing'],
        build: () => {
          const snapshot = heldBack(
            'FailedMount',
            'MountVolume.SetUp failed for volume "extra" : configmap "otlp-app-extra" not found',
            TIMED_OUT,
          );
          return everWith(snapshot, 'otlp-app', (_, spec) => {
            spec.volumes = [...(spec.volumes ?? []), { name: 'extra', configMap: { name: 'otlp-app-extra' } }];
          });
        },
      },
      {
        why: 'a key that its ConfigMap does not have',
        roots: ['configmap-key-missing'],
        build: () => {
          const snapshot = heldBack(
            'FailedMount',
            'MountVolume.SetUp failed for volume "config" : configmap references non-existent config key: app.yaml',
          );
          return everWith(snapshot, 'otlp-app', (_, spec) => {
            for (const { configMap } of spec.volumes ?? [])
              if (configMap) configMap.items = [{ key: 'app.yaml', path: 'app.yaml' }];
          });
        },
      },
      {
        why: 'the containers are made: what is wrong came later',
        roots: ['image-pull-unauthorized'],
        build: () => {
          const snapshot = heldBack('FailedMount', nfs('Connection timed out'));
          return waiting(
            snapshot,
            podsOf(snapshot, 'otlp-app'),
            'ImagePullBackOff',
            'Back-off pulling image "registry.example.com/otlp-app:1.4.2": ErrImagePull: failed to authorize: 401 Unauthorized',
          );
        },
      },
      {
        why: 'a cache that was not warm yet, at the start of pods that run',
        roots: [],
        build: () =>
          isTold(
            healthyNamespace(),
            'FailedMount',
            'MountVolume.SetUp failed for volume "config" : failed to sync configmap cache: timed out waiting for the condition',
            { since: 4, last: 4 },
          ),
      },
    ],
    notApplicable: [...unread],
  },
} satisfies Cases;
