import { faults } from './fault.ts';

/** Faults of nodes, scheduling and the namespace. */
export const platform = faults('platform', {
  'unschedulable-insufficient-cpu': [
    'P1',
    'S',
    'No node has enough CPU left',
    'The CPU requests of the pod do not fit on any suitable node.',
    'Add nodes, or lower requests.cpu.',
  ],
  'unschedulable-insufficient-memory': [
    'P1',
    'S',
    'No node has enough memory left',
    'The memory requests of the pod do not fit on any suitable node.',
    'Add nodes, or lower requests.memory.',
  ],
  'unschedulable-taint': [
    'P1',
    'EB',
    'The pods do not tolerate the taints of the nodes',
    'The suitable nodes carry a taint that the pod template does not tolerate.',
    'Add the toleration, or remove the taint.',
  ],
  'unschedulable-affinity': [
    'P1',
    'BE',
    'No node has the wanted labels',
    'nodeSelector, node affinity or pod (anti-)affinity match no node.',
    'Correct the selector or affinity, or label the nodes.',
  ],
  'unschedulable-topology-spread': [
    'P1',
    'E',
    'The pods cannot be spread as asked',
    'topologySpreadConstraints leave no node.',
    'Add capacity in the missing zone, or relax maxSkew.',
  ],
  'unschedulable-too-many-pods': [
    'P1',
    'S',
    'The nodes hold no further pod',
    'The limit of pods for each node (on EKS: of its network interfaces) is reached.',
    'Add nodes, or use prefix delegation.',
  ],
  'unschedulable-nodes-cordoned': [
    'P1',
    'E',
    'The nodes are cordoned',
    'The nodes are marked unschedulable, as for maintenance.',
    'Uncordon them when the maintenance is over, or add nodes.',
  ],
  'scheduling-gated': [
    'P1',
    'E',
    'The pods wait for a scheduling gate',
    'spec.schedulingGates must be removed by its owner before the pod is scheduled.',
    'Ask the controller that set the gate.',
  ],
  'node-not-ready': [
    'P1',
    'E',
    'A node is not ready',
    'The kubelet of the node does not report, or reports trouble.',
    'Check the instance and its kubelet; drain and replace the node.',
  ],
  'node-memory-pressure': ['P3', 'E', 'A node runs out of memory', 'The node evicts pods.', 'Find what fills it.'],
  'node-disk-pressure': ['P3', 'E', 'A node runs out of disk', 'The node evicts pods.', 'Find what fills it.'],
  'node-pid-pressure': ['P3', 'E', 'A node runs out of process ids', 'The node evicts pods.', 'Find what fills it.'],
  'namespace-missing-or-terminating': [
    'P1',
    'E',
    'The namespace does not exist or is being deleted',
    'Nothing can run in it.',
    'Create it, or correct `namespace` of the target in medic.config.ts.',
  ],
});
