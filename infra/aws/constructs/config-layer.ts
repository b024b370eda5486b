import { copyFileSync, existsSync, mkdirSync, mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { MedicConfig } from '#shared/domain/config.ts';
import type { Target } from '#shared/domain/target.ts';

const PACKAGE = 'medic-config';

/** A function cannot read the laptop's files: a target's CA certificates travel beside the configuration. */
function bringCas(target: Target, folder: string): Target {
  const { name, cluster, otlp } = target;
  const bring = (file: string, as: string): string => {
    if (!existsSync(file)) throw new Error(`target "${name}": there is no CA file ${file}`);
    copyFileSync(file, join(folder, as));
    return as;
  };
  const endpoints = otlp.map((one, index) =>
    one.caFile === undefined ? one : { ...one, caFile: bring(one.caFile, `${name}-otlp-${index + 1}-ca.pem`) },
  );
  if (cluster === 'sandbox' || cluster.caFile === undefined) return { ...target, otlp: endpoints };
  return { ...target, otlp: endpoints, cluster: { ...cluster, caFile: bring(cluster.caFile, `${name}-ca.pem`) } };
}

/** The resolved configuration as a package on the functions' NODE_PATH: a change of it touches no code. */
export function configLayer(scope: Construct, id: string, config: MedicConfig): lambda.LayerVersion {
  // CDK has copied it when the layer is made.
  using dir = mkdtempDisposableSync(join(tmpdir(), 'medic-config-'));
  const folder = join(dir.path, 'nodejs/node_modules', PACKAGE);
  mkdirSync(folder, { recursive: true });
  const resolved = { ...config, targets: config.targets.map((target) => bringCas(target, folder)) };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: PACKAGE, main: 'medic.config.json' }));
  writeFileSync(join(folder, 'medic.config.json'), JSON.stringify(resolved, null, 2));
  return new lambda.LayerVersion(scope, id, {
    code: lambda.Code.fromAsset(dir.path),
    description: 'medic.config.ts, resolved',
    compatibleRuntimes: [lambda.Runtime.NODEJS_24_X],
    compatibleArchitectures: [lambda.Architecture.ARM_64],
  });
}
