import { targetOf } from '#shared/domain/targets.ts';
import { readIncident } from '#shared/incidents/record.ts';
import type { Ports } from '#shared/ports/ports.ts';
import type { Step } from '#shared/ports/step.ts';
import { obtainSnapshot } from '#shared/snapshot/obtain.ts';
import type { Input, Output } from './input.ts';

export const makeStep =
  (ports: Pick<Ports, 'config' | 'clusters' | 'store' | 'clock'>): Step<Input, Output> =>
  async (event, context) => {
    const { config, store, clock } = ports;
    const incident = event.incidentId === undefined ? undefined : await readIncident(store, event.incidentId);
    const target = targetOf(config, event.target ?? incident?.target);
    const { snapshot, at } = await obtainSnapshot(ports, event, target, context);
    const [{ diagnose }, { answersOf, rootsIn }, { STARTUP, startingPods }] = await Promise.all([
      import('#shared/diagnosis/diagnose.ts'),
      import('#shared/diagnosis/chapter.ts'),
      import('#shared/diagnosis/startup.ts'),
    ]);
    const found = diagnose(snapshot, { target, ignore: config.ignore, now: clock.now() });
    const rootCauses = rootsIn(STARTUP, found.rootCauses);
    context.log.info(`${found.verdict}: ${rootCauses.join(', ') || 'nothing keeps pods from starting'}`);
    return {
      schemaVersion: 1,
      target: target.name,
      at: found.at,
      verdict: found.verdict,
      rootCauses,
      action: found.action,
      causes: answersOf(STARTUP, found.findings, found.coverage),
      pods: startingPods(snapshot, target),
      notChecked: found.coverage.notChecked,
      snapshotKey: at.key,
    };
  };
