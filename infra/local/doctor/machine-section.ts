import type { MedicConfig } from '#shared/domain/config.ts';
import { type Check, notChecked, type Section } from './check.ts';
import { checkDisk } from './disk-space.ts';
import { checkNode } from './node-version.ts';
import { checkNotices } from './notices.ts';
import { checkStore } from './store-folder.ts';

/** What this machine must have, whatever cluster it is about. */
export async function examineMachine(about: {
  configuration: Check;
  config: MedicConfig;
  store: string;
}): Promise<Section> {
  const { configuration, config, store } = about;
  const node = checkNode(process.versions.node);
  const [folder, disk] = await Promise.all([checkStore(store), checkDisk(store)]);
  const notices =
    configuration.outcome === 'pass'
      ? checkNotices(config, process.env)
      : notChecked('notices', 'not known: the configuration cannot be used');
  return { title: 'Machine', checks: [node, configuration, folder, disk, notices] };
}
