import { called, evidence, inPod, kubectl, type Rule } from '../rule.ts';

const ADDRESSES =
  /failed to assign an IP address|no available IP|IP address.*(exhaust|not available)|InsufficientFreeAddresses/i;

/** The network of a pod cannot be set up: none of its containers starts. */
export const rule: Rule = (view) =>
  view.unready.flatMap((pod) => {
    if (pod.object.status?.phase !== 'Pending' || pod.containers.some(({ status }) => status?.state?.running))
      return [];
    const [event] = view.events.of(pod.ref, pod.object.metadata.uid, { reason: 'FailedCreatePodSandBox' });
    if (!event) return [];
    const { message = '' } = event;
    const exhausted = ADDRESSES.test(message);
    return [
      {
        code: 'pod-sandbox-failed' as const,
        ...inPod(pod),
        title: `the network of ${called(pod.workload?.ref ?? pod.ref)} cannot be set up`,
        cause: exhausted ? `The subnet or the interfaces of the node have no free address. ${message}` : message,
        ...(exhausted
          ? { remedy: 'Free addresses, add a subnet or prefix delegation, or use nodes with more interfaces.' }
          : {}),
        evidence: [evidence(pod.ref, 'event FailedCreatePodSandBox', message, event.lastTimestamp)],
        commands: [
          kubectl(pod.ref, `describe pod ${pod.ref.name}`),
          'kubectl -n kube-system get pods -o wide -l k8s-app=aws-node',
        ],
      },
    ];
  });
