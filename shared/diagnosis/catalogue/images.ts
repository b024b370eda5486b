import { faults } from './fault.ts';

/** Faults of images that cannot be had, or do not run on their node. */
export const images = faults('application', {
  'image-arch-mismatch': [
    'P1',
    'B',
    'The image is for another CPU architecture',
    'The image has no variant for the architecture of the node.',
    'Build a multi-architecture image, or select nodes with the label kubernetes.io/arch.',
  ],
  'image-not-found': [
    'P1',
    'B',
    'The image does not exist',
    'The registry has no such repository or tag.',
    'Correct the image name or tag, or push it.',
  ],
  'image-pull-unauthorized': [
    'P1',
    'EB',
    'The registry refuses the pull',
    'imagePullSecrets are missing or wrong, or the role of the node may not read the repository. Some registries answer the same for a repository that does not exist.',
    'Check imagePullSecrets, the rights on the registry, and the spelling of the repository.',
  ],
  'image-pull-rate-limited': [
    'P1',
    'WE',
    'The registry limits the rate of pulls',
    'The pull quota of the registry is used up.',
    'Wait, authenticate, or pull through a mirror (ECR pull-through cache).',
  ],
  'image-registry-unreachable': [
    'P1',
    'E',
    'The registry cannot be reached',
    'The node gets no answer from the registry: name, route, firewall, VPC endpoint or outage.',
    'Check NAT, VPC endpoints, DNS and the state of the registry.',
  ],
  'image-name-invalid': [
    'P1',
    'B',
    'The image name is malformed',
    'The text in image is no valid reference.',
    'Correct the image name.',
  ],
  'image-never-pull': [
    'P1',
    'B',
    'The image is not on the node and must not be pulled',
    'imagePullPolicy is Never and the node does not have the image.',
    'Set imagePullPolicy to IfNotPresent, or load the image onto the node.',
  ],
  'image-pull-secret-missing': [
    'P1',
    'E',
    'An image pull secret does not exist',
    'The pod names a Secret for the registry that is not in its namespace.',
    'Create the Secret in the namespace of the pod, or correct imagePullSecrets of the pod template or its ServiceAccount.',
  ],
});
