import { called, evidence, inPod, kubectl, type Rule } from '../rule.ts';

const ADDRESSES =
  /failed to assign an IP address|no available IP|IP address.*(exhaust|not available)|InsufficientFreeAddresses/i;

/** The runtime makes the sandbox before the plugin gives it a network. */
const RUNTIME =
  /no runtime for|get sandbox image|reserve sandbox name|reserving pod name|create containerd task|OCI runtime|start sandbox container/i;

/** The sandbox of a pod or its network cannot be set up: none of its containers starts. */
export const rule: Rule = (view) =>
  view.unready.flatMap((pod) => {
    if (pod.object.status?.phase !== 'Pending' || pod.containers.some(({ status }) => status?.state?.running))
      return [];
    const [event] = view.events.of(pod.ref, pod.object.metadata.uid, { reason: 'FailedCreatePodSandBox' });
    if (!event) return [];
    const { message = '' } = event;
    const exhausted = ADDRESSES.test(message);
    const runtime = !exhausted && RUNTIME.test(message);
    return [
      {
        code: 'pod-sandbox-failed' as const,
        ...inPod(pod),
        title: `the ${runtime ? 'sandbox' : 'network'} of ${called(pod.workload?.ref ?? pod.ref)} cannot be set up`,
        cause: exhausted ? `The subnet or the interfaces of the node have no free address. ${message}` : message,
        ...(exhausted
          ? { remedy: 'Free addresses, add a subnet or prefix delegation, or use nodes with more interfaces.' }
          : {}),
        ...(runtime
          ? { remedy: 'Read the event; look at the container runtime of the node, and at runtimeClassName.' }
          : {}),
        evidence: [evidence(pod.ref, 'event FailedCreatePodSandBox', message, event.lastTimestamp)],
        commands: [
          kubectl(pod.ref, `describe pod ${pod.ref.name}`),
          ...(runtime
            ? ['kubectl get runtimeclasses']
            : ['kubectl -n kube-system get pods -o wide -l k8s-app=aws-node']),
        ],
      },
    ];
  });
