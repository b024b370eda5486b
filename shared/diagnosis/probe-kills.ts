import type { ProbeAction } from '#shared/domain/kubernetes.ts';
import { endOf } from './container-state.ts';
import { recordsOf } from './log-records.ts';
import { type ContainerView, millis } from './model.ts';
import { isOutOfMemory } from './start-refusal.ts';
import type { ClusterView } from './view.ts';

/** How a program says that it was asked to end; its exit code may then be any. */
const ASKED_TO_END =
  /\bSIGTERM\b|signal:? (?:15\b|terminated)|terminat(?:ed|ion|ing) signal|(?:received|caught|got) (?:signal|(?:a )?shutdown)|graceful(?:ly)? (?:shut ?down|stop)|shutting down|Received SHUTDOWN/i;
/** The last words are of the shutdown. */
const LAST_RECORDS = 20;

/** The kubelet counts in seconds, and the process takes its time to end. */
const SLACK_MS = 10_000;

/**
 * The probe for which the kubelet most likely ended the container, where no event tells of it (the API server keeps
 * them for an hour, and a snapshot may lack them): the process was asked to end, or was killed when the probe had failed
 * as often as it may; nothing else asks the process of a pod that stays. Events about the pod that do not speak of a
 * probe say that there was none.
 */
export function killedForProbe(view: ClusterView, container: ContainerView): 'Startup' | 'Liveness' | undefined {
  const { pod, spec } = container;
  if (!spec?.startupProbe && !spec?.livenessProbe) return undefined;
  const found = endOf(view, container);
  if (!found || isOutOfMemory(found.end)) return undefined;
  const { startedAt, finishedAt, exitCode } = found.end;
  const [started, finished] = [millis(startedAt), millis(finishedAt)];
  if (started === undefined || finished === undefined) return undefined;
  if (view.events.of(pod.ref, pod.object.metadata.uid).length > 0) return undefined;

  const ran = finished - started;
  const grace = (pod.object.spec?.terminationGracePeriodSeconds ?? 30) * 1000;
  const isAsked = exitCode === 143 || (exitCode !== 137 && saysSo(view, container));
  if (!isAsked && exitCode !== 137) return undefined;
  const atTheLimit = (probe: ProbeAction | undefined) =>
    probe !== undefined &&
    ran >= allowedMs(probe) - periodMs(probe) &&
    ran <= allowedMs(probe) + periodMs(probe) + grace + SLACK_MS;
  if (atTheLimit(spec.startupProbe)) return 'Startup';
  const { livenessProbe } = spec;
  if (!livenessProbe) return undefined;
  const longEnough = ran >= allowedMs(livenessProbe) - periodMs(livenessProbe);
  return atTheLimit(livenessProbe) || (isAsked && longEnough) ? 'Liveness' : undefined;
}

const periodMs = ({ periodSeconds = 10 }: ProbeAction): number => periodSeconds * 1000;

/** From the start to the last failure that a probe allows; milliseconds. Defaults are those of the API. */
const allowedMs = (probe: ProbeAction): number =>
  (probe.initialDelaySeconds ?? 0) * 1000 + periodMs(probe) * (probe.failureThreshold ?? 3);

const saysSo = (view: ClusterView, container: ContainerView): boolean =>
  recordsOf(view, container, container.status?.state?.terminated === undefined)
    .slice(-LAST_RECORDS)
    .some(({ text }) => ASKED_TO_END.test(text));
