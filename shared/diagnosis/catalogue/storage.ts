import { faults } from './fault.ts';

/** Faults of claims, volumes and mounts. */
export const storage = faults('storage', {
  'pvc-missing': [
    'P1',
    'E',
    'A claimed volume does not exist',
    'The pod names a PersistentVolumeClaim that is not there.',
    'Create the claim, or correct its name in the pod template.',
  ],
  'pvc-pending': [
    'P1',
    'E',
    'A claimed volume is not provisioned',
    'The claim waits for a volume: storage class, CSI driver or quota.',
    'Describe the claim and read its events.',
  ],
  'pvc-lost': [
    'P1',
    'E',
    'A claimed volume is lost',
    'The PersistentVolume behind the claim does not exist any more.',
    'Restore the volume from a snapshot, or make the claim anew.',
  ],
  'storageclass-missing': [
    'P1',
    'E',
    'The StorageClass does not exist',
    'The claim names a StorageClass that is not there, or none and the cluster has no default one.',
    'Correct storageClassName of the claim (it must be made anew for that), or create the class.',
  ],
  'pv-failed-or-released': [
    'P1',
    'E',
    'A volume is failed or released',
    'The volume is not given to a claim before its reclaim is finished or its claimRef is removed.',
    'Remove claimRef to use the volume with its data again, or delete it.',
  ],
  'volume-attach-failed': [
    'P1',
    'WE',
    'A volume cannot be attached to the node',
    'The volume cannot be attached to the node of the new pod.',
    'Read the event; look at the VolumeAttachments and at the old pod.',
  ],
  'volume-full': [
    'P1',
    'SE',
    'A volume is full',
    'The container cannot write any more.',
    'Grow the claim (its StorageClass must allow it), or free space.',
  ],
  'ephemeral-storage-exceeded': [
    'P1',
    'RS',
    'Pods use more local disk than they may',
    'Logs, caches or an emptyDir outgrow the limit of the pod, and the kubelet evicts it.',
    'Raise limits.ephemeral-storage or sizeLimit, or write less: rotate logs, bound caches. A restart buys time.',
  ],
  // Not in the list of faults: two more ways in which a write can fail.
  'volume-read-only': [
    'P1',
    'BE',
    'The file system is read-only',
    'The process writes where it may only read: a read-only mount or root file system, or a disk that the node has remounted after errors.',
    'Mount a volume (an emptyDir will do) where the process writes; if it could write before, look at the kernel log of the node.',
  ],
  'volume-permission-denied': [
    'P1',
    'BE',
    'The process may not write to its volume',
    'The files of the volume belong to another user than the one that the process runs as.',
    'Set securityContext.fsGroup of the pod to the group of the process, or correct the owner of the files.',
  ],
  'collector-persistent-queue-unwritable': [
    'P1',
    'E',
    'The Collector cannot write its persistent queue',
    'The directory of the file_storage extension does not exist or may not be written.',
    'Mount a volume there, set fsGroup to the group of the Collector (10001), or set create_directory.',
  ],
  'volume-zone-conflict': [
    'P1',
    'E',
    'The volume is in another zone than the free nodes',
    'A zonal volume can only be mounted in its own availability zone.',
    'Free capacity in the zone of the volume.',
  ],
  'volume-mount-failed': [
    'P1',
    'EB',
    'A volume cannot be mounted',
    'The node cannot set up a volume of the pod.',
    'Read the event; check driver, rights and the volume source.',
  ],
});
