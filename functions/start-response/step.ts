import { createHash } from 'node:crypto';
import { type Alarm, targetOfAlarm } from '#shared/domain/alarm.ts';
import type { Trigger } from '#shared/domain/incident.ts';
import { targetOf } from '#shared/domain/targets.ts';
import type { Ports } from '#shared/ports/ports.ts';
import type { Step } from '#shared/ports/step.ts';
import type { Input, Output } from './input.ts';
import { noteOk } from './note-ok.ts';

type Needs = Pick<Ports, 'config' | 'clock' | 'store' | 'executions'>;

/** An execution's name has 80 characters at most; an alarm's has 255. */
const NAME_SHOWN = 40;
const ID_SHOWN = 160;

const stamp = (at: string) => at.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');

function executionOf({ name, at }: Alarm, target: string): string {
  const hash = createHash('sha256').update(`${target}\n${name}\n${at}`).digest('hex').slice(0, 12);
  return `${stamp(at)}-${name.replaceAll(/[^A-Za-z0-9]+/g, '-').slice(0, NAME_SHOWN)}-${hash}`;
}

const triggerOf = ({ name, at, state, reason }: Alarm): Trigger => ({
  source: 'alarm',
  id: `${name.slice(0, ID_SHOWN)}-${at}`,
  reason: `alarm ${name} is in ${state}${reason ? `: ${reason}` : ''}`,
});

const REASONS = {
  started: 'the P0 flow is at work',
  'already-started': 'this change of the alarm has started its flow before: nothing is done twice',
};

const ignored = (reason: string): Output => ({ result: 'ignored', reason });

/**
 * Delivery is at least once, and one alarm may come over the event bus and by SNS: the execution's name is made of the
 * change of state itself, so Step Functions keeps all but the first away.
 */
export const makeStep =
  ({ config, clock, store, executions }: Needs): Step<Input, Output> =>
  async (event, { signal, log }) => {
    const { alarm, mode, severity } = event;
    if (alarm?.state === 'INSUFFICIENT_DATA')
      return ignored(`alarm ${alarm.name} is in ${alarm.state}: nothing to respond to`);
    const named =
      alarm && event.target === undefined ? targetOfAlarm(config, alarm.name) : targetOf(config, event.target);
    if (!named) return ignored(`no target in medic.config.ts has "${alarm?.name}" among its alarms`);
    const target = named.name;
    if (alarm?.state === 'OK') return noteOk({ config, store }, alarm, { target, mode });

    const now = clock.now().toISOString();
    const name = alarm ? executionOf(alarm, target) : `${stamp(now)}-console`;
    const trigger: Trigger = alarm ? triggerOf(alarm) : { source: 'console', id: name };
    if (mode === 'plan') {
      const reason = 'mode is plan: the P0 flow would be started, which acts as far as the policy of the target allows';
      return { result: 'planned', reason, target, execution: name };
    }
    const input = { target, trigger, mode, severity, drill: false };
    const result = await executions.start('p0-response', { name, input }, { signal });
    log.info(`p0-response for ${target}: ${result}`, { execution: name, trigger: trigger.id });
    return { result, reason: REASONS[result], target, execution: name };
  };
