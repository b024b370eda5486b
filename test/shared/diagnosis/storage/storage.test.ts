import { describe, expect, it } from 'vitest';
import { BOUND as bound, claimSays, pendingClaim as pending, withClaim } from '#test/support/claims.ts';
import { codes, findingOf, judge, roots } from '#test/support/diagnosing.ts';
import { addLog, crashLoop, event, everWith, podsOf, setCondition, waiting } from '#test/support/faults.ts';
import { ago, healthyNamespace, NAMESPACE } from '#test/support/namespace.ts';

describe('a claim', () => {
  it('that is not there is the root, and its name the subject', () => {
    expect(roots(withClaim())).toEqual(['pvc-missing']);
    expect(findingOf(withClaim(), 'pvc-missing')).toMatchObject({
      subject: { kind: 'PersistentVolumeClaim', name: 'data' },
      owner: { kind: 'Deployment', name: 'otlp-app' },
      severity: 'P0',
    });
  });

  it('for which the driver fails gives the words of the driver', () => {
    const said =
      'failed to provision volume with StorageClass "gp3": rpc error: code = Internal desc = Could not create volume: UnauthorizedOperation';
    const snapshot = claimSays(withClaim(pending('gp3')), 'ProvisioningFailed', said);
    expect(roots(snapshot)).toEqual(['pvc-pending']);
    expect(findingOf(snapshot, 'pvc-pending').cause).toContain('UnauthorizedOperation');
  });

  it('for which no driver answers says that', () => {
    const snapshot = claimSays(
      withClaim(pending('gp3')),
      'ExternalProvisioning',
      "Waiting for a volume to be created either by the external provisioner 'ebs.csi.aws.com' or manually by the system administrator.",
    );
    expect(findingOf(snapshot, 'pvc-pending').cause).toContain('is it installed and running');
  });

  it('of a class that is not there is less sure where a volume may have been made by hand', () => {
    const snapshot = withClaim(pending('fast'));
    expect(findingOf(snapshot, 'storageclass-missing').confidence).toBe('certain');
    snapshot.coverage.notChecked.push({ check: 'persistentvolumes', why: 'forbidden' });
    expect(findingOf(snapshot, 'storageclass-missing').confidence).toBe('likely');
  });

  it('of a class that is not there, or of none where there is no default', () => {
    expect(roots(withClaim(pending('fast')))).toEqual(['storageclass-missing']);
    expect(roots(withClaim(pending(), ['gp2']))).toEqual(['storageclass-missing']);
    expect(roots(withClaim(pending()))).toEqual(['pvc-pending']);
    const byHand = withClaim(pending('fast'));
    byHand.objects.persistentvolumes = [
      { metadata: { name: 'pv-9' }, spec: { storageClassName: 'fast' }, status: { phase: 'Bound' } },
    ];
    expect(roots(byHand)).toEqual(['pvc-pending']);
  });

  it.each([
    'running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded',
    '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.',
  ])('for which the scheduler waits, where no event tells why: %s', (message) => {
    const snapshot = withClaim(pending('gp3'));
    for (const each of snapshot.objects.storageclasses) each.volumeBindingMode = 'WaitForFirstConsumer';
    for (const { spec, status } of podsOf(snapshot, 'otlp-app')) {
      delete spec.nodeName;
      setCondition(status?.conditions, { type: 'PodScheduled', status: 'False', reason: 'SchedulerError', message }, 6);
    }
    expect(roots(snapshot)).toEqual(['pvc-pending']);
    const unread = structuredClone(snapshot);
    unread.objects.persistentvolumeclaims = [];
    unread.coverage.notChecked.push({ check: 'persistentvolumeclaims', why: 'forbidden' });
    expect(roots(unread)).toEqual(['pvc-pending']);
  });

  it('that waits for its pod to be placed is not the fault: the reason of the scheduler is', () => {
    const snapshot = claimSays(
      withClaim(pending('gp3')),
      'WaitForFirstConsumer',
      'waiting for first consumer to be created before binding',
    );
    for (const { status } of podsOf(snapshot, 'otlp-app'))
      setCondition(
        status?.conditions,
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'Unschedulable',
          message: '0/3 nodes are available: 3 Insufficient cpu.',
        },
        6,
      );
    expect(roots(snapshot)).toEqual(['unschedulable-insufficient-cpu']);
  });

  it('that nobody uses may wait as long as it likes', () => {
    const snapshot = healthyNamespace();
    snapshot.objects.persistentvolumeclaims = [
      { metadata: { name: 'spare', namespace: NAMESPACE }, ...pending('gone') },
    ];
    expect(codes(snapshot)).toEqual([]);
  });

  it('is judged by the scheduler alone where claims may not be read', () => {
    const snapshot = withClaim();
    snapshot.coverage.notChecked.push({ check: 'persistentvolumeclaims', why: 'forbidden' });
    expect(roots(snapshot)).toEqual(['pvc-missing']);
  });

  it('that has lost its volume', () => {
    expect(roots(withClaim({ spec: { volumeName: 'pv-1' }, status: { phase: 'Lost' } }))).toEqual(['pvc-lost']);
  });

  it('that is bound is nothing', () => {
    expect(codes(withClaim(bound))).toEqual([]);
  });
});

describe('a volume', () => {
  it('that an earlier claim has left behind explains why the new one waits', () => {
    const snapshot = withClaim(pending('gp3'));
    snapshot.objects.persistentvolumes = [
      {
        metadata: { name: 'pv-1' },
        spec: { claimRef: { namespace: NAMESPACE, name: 'data', uid: 'uid-before' } },
        status: { phase: 'Released' },
      },
    ];
    expect(roots(snapshot)).toEqual(['pv-failed-or-released']);
  });

  it('of another claim or namespace is somebody else’s', () => {
    const snapshot = withClaim(bound);
    snapshot.objects.persistentvolumes = [
      {
        metadata: { name: 'pv-2' },
        spec: { claimRef: { namespace: 'other', name: 'data' } },
        status: { phase: 'Released' },
      },
      {
        metadata: { name: 'pv-3' },
        spec: { claimRef: { namespace: NAMESPACE, name: 'old' } },
        status: { phase: 'Failed' },
      },
    ];
    expect(codes(snapshot)).toEqual([]);
  });
});

describe('a volume that does not come into the pod', () => {
  const heldBack = (reason: string, ...messages: string[]) => {
    const snapshot = withClaim(bound);
    const pods = podsOf(snapshot, 'otlp-app');
    waiting(snapshot, pods, 'ContainerCreating', undefined, 6);
    for (const pod of pods) for (const message of messages) event(snapshot, pod, reason, message);
    return snapshot;
  };

  it.each([
    [
      'FailedAttachVolume',
      'volume-attach-failed',
      'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) otlp-app-7d4f9c1-x',
      /one node at a time/,
    ],
    [
      'FailedAttachVolume',
      'volume-attach-failed',
      'AttachVolume.Attach failed for volume "pvc-1" : rpc error: code = NotFound desc = Instance "i-1" or volume could not be found',
      /does not exist/,
    ],
    [
      'FailedMount',
      'volume-mount-failed',
      'MountVolume.MountDevice failed for volume "pvc-1" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name ebs.csi.aws.com not found in the list of registered CSI drivers',
      /CSI driver/,
    ],
    [
      'FailedMount',
      'volume-mount-failed',
      'MountVolume.SetUp failed for volume "nfs" : mount failed: exit status 32 Output: mount.nfs: Connection timed out',
      /does not answer/,
    ],
    [
      'FailedMount',
      'volume-mount-failed',
      'MountVolume.SetUp failed for volume "nfs" : mount.nfs: access denied by server while mounting fs-1:/',
      /refuses/,
    ],
  ])('%s is %s: %s', (reason, code, message, cause) => {
    const snapshot = heldBack(reason, message);
    expect(roots(snapshot)).toEqual([code]);
    expect(findingOf(snapshot, code).cause).toMatch(cause);
  });

  it('tells the reason rather than the time-out that follows', () => {
    const snapshot = heldBack(
      'FailedMount',
      'MountVolume.SetUp failed for volume "nfs" : mount failed: mount.nfs: Connection refused',
      'Unable to attach or mount volumes: unmounted volumes=[nfs], unattached volumes=[], failed to process volumes=[]: timed out waiting for the condition',
    );
    expect(findingOf(snapshot, 'volume-mount-failed').evidence[0]?.value).toContain('Connection refused');
  });

  it('is over once the containers are made', () => {
    const snapshot = heldBack(
      'FailedMount',
      'MountVolume.SetUp failed for volume "nfs" : mount.nfs: Connection timed out',
    );
    waiting(snapshot, podsOf(snapshot, 'otlp-app'), 'ImagePullBackOff', 'Back-off pulling image: 401 Unauthorized');
    expect(roots(snapshot)).toEqual(['image-pull-unauthorized']);
    expect(codes(snapshot)).not.toContain('volume-mount-failed');
  });

  it('follows from an old pod that does not go', () => {
    const snapshot = heldBack(
      'FailedAttachVolume',
      'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) otlp-app-old',
    );
    const [pod] = podsOf(snapshot, 'otlp-app');
    const old = structuredClone(pod);
    if (!old) throw new Error('no pod');
    old.metadata = {
      ...old.metadata,
      name: 'otlp-app-7d4f9c2-old',
      uid: 'uid-old',
      deletionTimestamp: ago(9),
      finalizers: ['example.com/hold'],
    };
    snapshot.objects.pods.push(old);
    expect(roots(snapshot)).toEqual(['pod-stuck-terminating']);
  });
});

describe('a process that cannot write', () => {
  const dies = (log: string, change: Parameters<typeof everWith>[2] = () => undefined) => {
    const snapshot = everWith(withClaim(bound), 'otlp-app', change);
    return crashLoop(snapshot, podsOf(snapshot, 'otlp-app'), { log });
  };

  it.each([
    ['volume-full', 'Error: write /var/lib/app/wal/7: No space left on device (os error 28)'],
    ['volume-full', "ENOSPC: no space left on device, write '/var/lib/app/x'"],
    ['volume-read-only', 'Error: open /var/lib/app/lock: Read-only file system (os error 30)'],
    ['volume-permission-denied', 'mkdir: cannot create directory ‘/var/lib/app/wal’: Permission denied'],
  ])('is %s: %s', (code, line) => {
    expect(roots(dies(line))).toEqual([code]);
    expect(findingOf(dies(line), code).evidence).toContainEqual(
      expect.objectContaining({ value: 'data at /var/lib/app' }),
    );
  });

  it('may have a root file system that is read-only by intent', () => {
    const snapshot = dies("OSError: [Errno 30] Read-only file system: '/tmp/cache'", (container) => {
      container.securityContext = { readOnlyRootFilesystem: true };
    });
    expect(findingOf(snapshot, 'volume-read-only').cause).toContain('readOnlyRootFilesystem is set');
  });

  it('is another matter where the path is on no volume, or the volume is configuration', () => {
    expect(roots(dies('Error: open /etc/shadow: Permission denied'))).toEqual(['container-exit-error']);
    expect(roots(dies('Error: open /etc/otlp-app/config.toml: Permission denied'))).toEqual(['container-exit-error']);
  });

  it('counts while it runs, as long as that is lately', () => {
    const logs = (minutes: number) => {
      const snapshot = withClaim(bound);
      for (const pod of podsOf(snapshot, 'otlp-app'))
        addLog(snapshot, pod, `${ago(minutes)} ERROR flush: No space left on device (os error 28)\n`);
      return snapshot;
    };
    expect(judge(logs(2))).toMatchObject({ verdict: 'degraded', layer: 'storage' });
    expect(codes(logs(40))).toEqual([]);
  });

  it('is the queue of the Collector where that says so', () => {
    const line =
      'Error: cannot start pipelines: failed to start extension "file_storage": open /var/lib/otelcol/exporter_otlp_: permission denied';
    const snapshot = healthyNamespace();
    crashLoop(snapshot, podsOf(snapshot, 'otel-collector'), { log: line });
    expect(roots(snapshot)).toEqual(['collector-persistent-queue-unwritable']);
    const app = healthyNamespace();
    crashLoop(app, podsOf(app, 'otlp-app'), { log: line });
    expect(roots(app)).toEqual(['container-exit-error']);
  });
});
