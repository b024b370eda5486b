import { copyFileSync, existsSync, mkdirSync, mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { MedicConfig } from '#shared/domain/config.ts';
import type { Target } from '#shared/domain/target.ts';

const PACKAGE = 'medic-config';

/** A function cannot read the laptop's files: a target's CA certificate travels beside the configuration. */
function bringCa(target: Target, folder: string): Target {
  const { name, cluster } = target;
  if (cluster === 'sandbox' || cluster.caFile === undefined) return target;
  if (!existsSync(cluster.caFile)) throw new Error(`target "${name}": there is no CA file ${cluster.caFile}`);
  const caFile = `${name}-ca.pem`;
  copyFileSync(cluster.caFile, join(folder, caFile));
  return { ...target, cluster: { ...cluster, caFile } };
}

/** The resolved configuration as a package on the functions' NODE_PATH: a change of it touches no code. */
export function configLayer(scope: Construct, id: string, config: MedicConfig): lambda.LayerVersion {
  // CDK has copied it when the layer is made.
  using dir = mkdtempDisposableSync(join(tmpdir(), 'medic-config-'));
  const folder = join(dir.path, 'nodejs/node_modules', PACKAGE);
  mkdirSync(folder, { recursive: true });
  const resolved = { ...config, targets: config.targets.map((target) => bringCa(target, folder)) };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: PACKAGE, main: 'medic.config.json' }));
  writeFileSync(join(folder, 'medic.config.json'), JSON.stringify(resolved, null, 2));
  return new lambda.LayerVersion(scope, id, {
    code: lambda.Code.fromAsset(dir.path),
    description: 'medic.config.ts, resolved',
    compatibleRuntimes: [lambda.Runtime.NODEJS_24_X],
    compatibleArchitectures: [lambda.Architecture.ARM_64],
  });
}
