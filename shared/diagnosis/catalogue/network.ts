import { faults } from './fault.ts';

/** Faults between the callers and the pods. */
export const network = faults('network', {
  'service-missing': [
    'P1',
    'E',
    'The Service does not exist',
    'It was deleted or renamed.',
    'Create it, or correct the name where it is used.',
  ],
  'service-selector-matches-nothing': [
    'P1',
    'EB',
    'The Service selects no pod',
    'The labels of the pods and the selector of the Service have drifted apart.',
    'Make spec.selector of the Service and the labels of the pod template agree.',
  ],
  'service-no-ready-endpoints': [
    'P1',
    '',
    'The Service has no ready endpoint',
    'None of the selected pods is ready.',
    'Look at the pods behind the Service.',
  ],
  'service-target-port-mismatch': [
    'P1',
    'EB',
    'The Service sends to a port that the pods do not have',
    'targetPort and the ports of the containers do not agree.',
    'Correct targetPort of the Service or the ports of the container.',
  ],
  'host-port-conflict': [
    'P1',
    'E',
    'No node has the wanted host port free',
    'Another pod holds the hostPort on every suitable node.',
    'Drop hostPort, or free it.',
  ],
});
