import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Cdk {
  bootstrap(): Promise<void>;
  /** what the command said */
  deploy(): Promise<string>;
  destroy(): Promise<string>;
}

/** The CDK command line on the real app; `folder` takes what it writes. */
export function cdk(folder: string, { environment, context }: { environment: object; context: object }): Cdk {
  const flags = Object.entries(context).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  async function call(...args: string[]) {
    const env = { ...process.env, ...environment, NO_COLOR: '1', FORCE_COLOR: '0', CI: '1' };
    const options = { env, maxBuffer: 64 << 20 };
    const all = ['cdk', ...args, '--no-notices', '--output', join(folder, 'cdk.out')];
    const { stdout, stderr } = await run('npx', all, options).catch(({ stdout: said, stderr: words, message }) => {
      throw new Error(`cdk ${args[0]}: ${`${said}\n${words}`.trim().split('\n').slice(-15).join('\n') || message}`);
    });
    return `${stdout}\n${stderr}`;
  }
  return {
    async bootstrap() {
      const file = join(folder, 'bootstrap.yaml');
      await call('bootstrap', '--show-template').then((text) => writeFileSync(file, text));
      // The stand-in's policies do not know aws:ResourceAccount, which only narrows this grant to the own account.
      const narrowed = /\n +Condition:\n +StringEquals:\n +aws:ResourceAccount:\n +- Fn::Sub: \$\{AWS::AccountId\}/;
      writeFileSync(file, readFileSync(file, 'utf8').replace(narrowed, ''));
      await call('bootstrap', 'aws://111122223333/eu-west-1', '--template', file, '--app', '');
    },
    deploy: () => call('deploy', '--require-approval', 'never', ...flags),
    destroy: () => call('destroy', '--force', ...flags),
  };
}
