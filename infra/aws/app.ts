import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { CHECKOUT } from '#infra/function-folders.ts';
import { loadConfig } from '#infra/local/config.ts';
import { bundle } from './bundle.ts';
import { deployedFunctions, entriesOf } from './functions.ts';
import { MedicStack } from './stacks/medic-stack.ts';

const app = new App();
/** of `-c NAME=value`, or of cdk.json */
const context = (name: string): string | undefined => app.node.tryGetContext(name);

const file = context('config');
const config = await loadConfig({ cwd: CHECKOUT, ...(file === undefined ? {} : { file }) });
// The functions reach clusters by their EKS name; a kubeconfig and the sandbox are for a laptop.
const targets = config.targets.filter(({ cluster }) => typeof cluster === 'object' && 'eks' in cluster);
const functions = await deployedFunctions();
using folder = mkdtempDisposableSync(join(tmpdir(), 'medic-bundles-'));
const bundles = await bundle(entriesOf(functions), folder.path);

const slackSecret = context('slackSecret');
// Known where there are credentials: then a cluster of another region is noticed.
const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env;
new MedicStack(app, 'otlp-medic', {
  config: { ...config, targets },
  functions,
  bundles,
  ...(slackSecret === undefined ? {} : { slackSecret }),
  ...(account && region ? { env: { account, region } } : {}),
  testEventsExist: context('testEvents') === 'registry-exists',
  leaveOut: context('leaveOut')?.split(',') ?? [],
  description: 'otlp-medic: probes, diagnosis and first response for OTLP services on EKS',
});
app.synth();
