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
