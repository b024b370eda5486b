import { type Check, fail, notChecked, pass, warn } from './check.ts';

/** More than any clock that is kept in step shows; the stamps of events and logs are compared with ours. */
const NOTICEABLE_S = 30;
/** AWS refuses what was signed by a clock that is off by more, and tokens seem expired or not valid yet. */
const FATAL_S = 5 * 60;

/** `before` and `after` the call, in ms since the epoch: the server's stamp has whole seconds alone. */
export function checkClock(serverTime: string | undefined, asked: { before: number; after: number }): Check {
  if (serverTime === undefined) return notChecked('clock', 'the server does not say what time it is');
  const second = Date.parse(serverTime);
  const behind = Math.max(0, second - asked.after);
  const ahead = Math.max(0, asked.before - (second + 1000));
  const seconds = Math.round(Math.max(behind, ahead) / 1000);
  if (seconds <= NOTICEABLE_S) return pass('clock', 'in step with the server');
  const detail = `this machine's clock is ${seconds} s ${behind > 0 ? 'behind' : 'ahead of'} the server's`;
  const repair = { fix: 'set the clock by NTP', commands: ['timedatectl status'] };
  return seconds > FATAL_S
    ? fail('clock', `${detail}: signatures and tokens are refused from ${FATAL_S / 60} minutes on`, repair)
    : warn('clock', `${detail}: times of events and logs are misjudged`, repair);
}
