import type { ChapterAnswer } from '#shared/diagnosis/chapter.ts';
import type { EndpointProbe } from '#shared/otlp/endpoint-probe.ts';
import type { Ports } from '#shared/ports/ports.ts';
import type { StepContext } from '#shared/ports/step.ts';
import type { Look } from './look.ts';
import { probeTarget } from './probe-target.ts';

/** A probe shows the present: beside an older snapshot it would speak of another time. */
const SAME_TIME_MS = 5 * 60_000;
/** Of the time that is left. */
const PROBE_SHARE = 0.8;

export interface Probed {
  /** one for each OTLP endpoint that the target names */
  probes: EndpointProbe[];
}

type Gaps = ChapterAnswer<string>['notChecked'];

async function probesFor(
  ports: Pick<Ports, 'prober' | 'clock'>,
  { snapshot, target }: Look,
  { signal, remainingMs }: StepContext,
): Promise<{ probes: EndpointProbe[]; gaps: Gaps }> {
  const gap = (why: string) => ({ probes: [], gaps: [{ check: 'probe', why }] });
  if (target.otlp.length === 0)
    return gap('the target names no OTLP endpoint: add otlp: [{ endpoint }] to it in medic.config.ts');
  if (ports.clock.now().getTime() - Date.parse(snapshot.at) > SAME_TIME_MS)
    return gap(`the snapshot is of ${snapshot.at}, and a probe would show the present`);
  const probes = await probeTarget(ports, target, { signal, deadlineMs: remainingMs() * PROBE_SHARE });
  const blind = probes.filter(({ outcome }) => outcome === 'not-checked');
  return { probes, gaps: blind.map(({ endpoint, title }) => ({ check: `probe of ${endpoint}`, why: title })) };
}

/**
 * The answer of a chapter with what the OTLP ladder says of the target now. Where it fails and the rules
 * have no root at all, the rung where telemetry stops is the root: what the snapshot cannot show.
 */
export async function withProbes<Answer extends ChapterAnswer<string>>(
  ports: Pick<Ports, 'prober' | 'clock'>,
  { answer, seen }: { answer: Answer; seen: Look },
  context: StepContext,
): Promise<Answer & Probed> {
  const { probes, gaps } = await probesFor(ports, seen, context);
  const notChecked = [...answer.notChecked, ...gaps];
  const worst =
    probes.find(({ outcome }) => outcome === 'fail') ?? probes.find(({ outcome }) => outcome === 'degraded');
  const explained = seen.diagnosis.rootCauses.length > 0;
  if (!worst || explained) return { ...answer, notChecked, probes };
  const { code, endpoint, rung, title, remedy } = worst;
  const reason = `${endpoint} stops at ${rung}: ${[title, remedy].filter(Boolean).join('; ')}`;
  return {
    ...answer,
    verdict: answer.verdict === 'failed' ? answer.verdict : 'degraded',
    rootCauses: [code],
    action: answer.action.class === 'none' ? { class: 'escalate', reason } : answer.action,
    notChecked,
    probes,
  };
}
