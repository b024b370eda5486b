import type { Container, ProbeAction } from '#shared/domain/kubernetes.ts';
import { HungError } from '../http-call.ts';
import { DialError, type Network } from '../network.ts';
import type { Cancellable, Timeline } from '../timeline.ts';

export type ProbeKind = 'Readiness' | 'Liveness' | 'Startup';

/** Why the probe failed, in the kubelet's words; undefined = it passed. */
async function probeOnce(probe: ProbeAction, container: Container, ip: string, network: Network) {
  const port = portOf(probe.httpGet?.port ?? probe.tcpSocket?.port ?? probe.grpc?.port ?? 0, container);
  const path = probe.httpGet?.path ?? '/';
  const url = `http://${ip}:${port}${path}`;
  try {
    if (!probe.httpGet) {
      await network.dial(ip, port);
      return undefined;
    }
    const headers = { 'user-agent': 'kube-probe/1.36', accept: '*/*', connection: 'close' };
    const { status } = await network.request(ip, port, { path, headers });
    return status >= 200 && status < 400 ? undefined : `HTTP probe failed with statuscode: ${status}`;
  } catch (error) {
    const what = probe.httpGet ? `Get "${url}": ` : '';
    if (error instanceof HungError)
      return `${what}context deadline exceeded (Client.Timeout exceeded while awaiting headers)`;
    if (error instanceof DialError && error.fault === 'timeout') return `${what}dial tcp ${ip}:${port}: i/o timeout`;
    if (error instanceof DialError) return `${what}dial tcp ${ip}:${port}: connect: connection refused`;
    return `${what}read tcp ${ip}:${port}: read: connection reset by peer`;
  }
}

const portOf = (port: number | string, container: Container): number =>
  typeof port === 'number' ? port : (container.ports?.find(({ name }) => name === port)?.containerPort ?? 0);

export interface ProbeReport {
  kind: ProbeKind;
  /** absent = passed */
  failure?: string;
  /** the threshold of successes or failures is reached */
  decided: boolean;
}

/** Probes a container until cancelled, and reports every failure and the first success of a row. */
export function startProbe(
  kind: ProbeKind,
  probe: ProbeAction,
  container: Container,
  ip: string,
  world: { network: Network; timeline: Timeline },
  report: (outcome: ProbeReport) => void,
): Cancellable {
  const { periodSeconds = 10, failureThreshold = 3, initialDelaySeconds = 0 } = probe;
  let failures = 0;
  let passed = false;
  let cancelled = false;
  const turn = async () => {
    const failure = await probeOnce(probe, container, ip, world.network);
    if (cancelled) return;
    if (failure === undefined) {
      failures = 0;
      if (!passed) report({ kind, decided: true });
      passed = true;
      return;
    }
    failures += 1;
    const decided = failures >= failureThreshold;
    if (decided) passed = false;
    report({ kind, failure, decided });
  };
  const repeated = world.timeline.every(periodSeconds, turn, initialDelaySeconds + 0.5);
  return {
    cancel: () => {
      cancelled = true;
      repeated.cancel();
    },
  };
}
