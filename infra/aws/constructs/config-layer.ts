import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { MedicConfig } from '#shared/domain/config.ts';

const PACKAGE = 'medic-config';

/** The resolved configuration as a package on the functions' NODE_PATH: a change of it touches no code. */
export function configLayer(scope: Construct, id: string, config: MedicConfig): lambda.LayerVersion {
  const dir = mkdtempSync(join(tmpdir(), 'medic-config-'));
  const folder = join(dir, 'nodejs/node_modules', PACKAGE);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: PACKAGE, main: 'medic.config.json' }));
  writeFileSync(join(folder, 'medic.config.json'), JSON.stringify(config, null, 2));
  return new lambda.LayerVersion(scope, id, {
    code: lambda.Code.fromAsset(dir),
    description: 'medic.config.ts, resolved',
    compatibleRuntimes: [lambda.Runtime.NODEJS_24_X],
    compatibleArchitectures: [lambda.Architecture.ARM_64],
  });
}
