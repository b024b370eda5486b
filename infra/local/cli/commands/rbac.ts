import type { Command } from 'commander';
import { rbacManifest } from '../../rbac.ts';
import { GROUPS } from '../groups.ts';
import { addTarget } from '../options.ts';
import type { Running } from '../running.ts';
import { whereTo } from '../where.ts';

interface RbacFlags {
  target?: string;
  config?: string;
  secrets?: boolean;
}

/** `medic rbac`: the Roles and bindings that the deployed functions need in a target's cluster. */
export function addRbac(program: Command, { session }: Running): void {
  const command = program
    .command('rbac')
    .description('Print the Kubernetes RBAC that the deployed functions need for a target.')
    .helpGroup(GROUPS.other)
    .option('--secrets', 'let the readers get the Secrets that the target names: presence and keys are looked at')
    .addHelpText(
      'after',
      '\nExamples:\n  medic rbac --target shop | kubectl apply -f -\n  medic rbac --target shop | kubectl diff -f -',
    )
    .action(async ({ secrets, ...where }: RbacFlags) => {
      const { target } = await whereTo(where, session.cwd);
      session.print(rbacManifest(target, { secrets: secrets ?? false }));
    });
  addTarget(command);
}
