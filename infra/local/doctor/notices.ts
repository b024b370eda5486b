import type { MedicConfig } from '#shared/domain/config.ts';
import { type Check, fail, notChecked, pass } from './check.ts';

/** Whether notices of this machine reach a chat. The webhook's URL is a secret: it is looked at, and never shown. */
export function checkNotices({ notify: { slack } }: MedicConfig, env: NodeJS.ProcessEnv): Check {
  if (!slack) return notChecked('notices', 'no chat is configured: notices are shown in the terminal alone');
  const { webhookEnv } = slack;
  const value = env[webhookEnv];
  const commands = [`export ${webhookEnv}=...`];
  if (!value) {
    const fix = 'export the URL of the incoming webhook, or remove notify.slack from the configuration';
    return fail('notices', `notify.slack is configured, but ${webhookEnv} is not set`, { fix, commands });
  }
  if (!/^https?:$/.test(URL.parse(value)?.protocol ?? '')) {
    const fix = 'export the whole URL of the incoming webhook, https://...';
    return fail('notices', `${webhookEnv} is set, but is no URL`, { fix, commands });
  }
  return pass('notices', `${webhookEnv} is set: notices go to Slack`);
}
