import type { AnalyzedLog, AnalyzedLogs } from '#shared/domain/analyzed-log.ts';
import type { Target } from '#shared/domain/target.ts';
import { targetOf } from '#shared/domain/targets.ts';
import { keepAnswer } from '#shared/incidents/keep-report.ts';
import { saveLogs } from '#shared/incidents/kept-logs.ts';
import { appendTimeline, readIncident } from '#shared/incidents/record.ts';
import { analyzeText } from '#shared/logs/analyze-text.ts';
import { worstFirst } from '#shared/logs/summary.ts';
import type { Ports } from '#shared/ports/ports.ts';
import type { Step, StepContext } from '#shared/ports/step.ts';
import { logsInWords } from '#shared/report/log-story.ts';
import { snapshotLogs, storedLog } from '#shared/snapshot/stored-logs.ts';
import { LOOK_SHARE } from '#shared/snapshot/take.ts';
import { readTargetLogs } from '#shared/snapshot/target-logs.ts';
import type { Input, Output } from './input.ts';

type Needs = Pick<Ports, 'config' | 'clusters' | 'store' | 'clock'>;
type Read = Pick<AnalyzedLogs, 'rolloutAt' | 'logs' | 'notChecked'>;

async function read(
  { clusters, store, clock }: Needs,
  event: Input,
  target: Target,
  context: StepContext,
): Promise<Read> {
  const { slow: slowMs, assignments, key, pod, container, previous, tail: tailLines } = event;
  const analyzed = (text: string | Uint8Array, rolloutAt = event.rolloutAt, now = clock.now()) =>
    analyzeText(text, { slowMs, assignments, now: now.getTime(), ...(rolloutAt !== undefined && { rolloutAt }) });
  const wanted = { pod, container, previous, tailLines };
  if (key?.startsWith('logs/')) {
    const one: AnalyzedLog = { key, previous: false, cut: false, ...analyzed(await storedLog(store, key)) };
    return { logs: [one], notChecked: [] };
  }
  if (key !== undefined) {
    const { logs, rolloutAt, at } = await snapshotLogs(store, key, { target, wanted });
    const known = event.rolloutAt ?? rolloutAt;
    return {
      logs: logs.map(({ text, truncated: cut, ...of }) => ({ ...of, cut, ...analyzed(text, known, new Date(at)) })),
      notChecked: [],
      ...(known !== undefined && { rolloutAt: known }),
    };
  }
  const options = { signal: context.signal, deadlineMs: context.remainingMs() * LOOK_SHARE };
  const found = await readTargetLogs(clusters, { target, wanted }, options, ({ text, ...of }, rolloutAt) => ({
    ...of,
    ...analyzed(text, event.rolloutAt ?? rolloutAt),
  }));
  return { ...found, ...(event.rolloutAt !== undefined && { rolloutAt: event.rolloutAt }) };
}

async function keep({ store }: Needs, event: Input, answer: AnalyzedLogs, id?: string): Promise<string | undefined> {
  if (id === undefined)
    return event.mode === 'act'
      ? keepAnswer(store, answer, { by: 'analyze-logs', due: new Date(answer.at) })
      : undefined;
  const analysisKey = await saveLogs(store, id, answer);
  const entry = { at: answer.at, source: 'analyze-logs', kind: 'evidence', actor: 'otlp-medic' } as const;
  await appendTimeline(store, id, { ...entry, text: logsInWords(answer), data: { analysisKey } });
  return analysisKey;
}

export const makeStep =
  (ports: Needs): Step<Input, Output> =>
  async (event, context) => {
    const { config, store, clock } = ports;
    const incident = event.incidentId === undefined ? undefined : await readIncident(store, event.incidentId);
    const target = targetOf(config, event.target ?? incident?.target);
    const { logs, ...seen } = await read(ports, event, target, context);
    const answer: AnalyzedLogs = {
      target: target.name,
      at: clock.now().toISOString(),
      ...seen,
      logs: logs.toSorted(worstFirst),
    };
    context.log.info(logsInWords(answer));
    const analysisKey = await keep(ports, event, answer, incident?.id);
    return analysisKey === undefined ? answer : { ...answer, analysisKey };
  };
