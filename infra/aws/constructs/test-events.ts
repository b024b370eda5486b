import { Stack } from 'aws-cdk-lib';
import * as schemas from 'aws-cdk-lib/aws-eventschemas';
import { Construct } from 'constructs';
import { examplesOf } from '#infra/function-folders.ts';

/** Where the console's "Test" tab looks for shared events, one registry for an account and region. */
const REGISTRY = 'lambda-testevent-schemas';

export interface TestEventsProps {
  /** names of functions */
  functions: string[];
  /** stands in the events for the sandbox, which is no target of a deployed function */
  target: string | undefined;
  /** the account has shared test events already, and with them the registry */
  registryExists: boolean;
}

/** The sample events of each function as the console's shareable test events. */
export class TestEvents extends Construct {
  constructor(scope: Construct, id: string, { functions, target, registryExists }: TestEventsProps) {
    super(scope, id);
    const registry = registryExists
      ? undefined
      : new schemas.CfnRegistry(this, 'Registry', { registryName: REGISTRY, description: 'Shareable test events' });
    for (const name of functions) {
      const examples = examplesOf(name).map((example) => [example.name, { value: forTarget(example.event, target) }]);
      const schema = new schemas.CfnSchema(this, name, {
        registryName: REGISTRY,
        schemaName: `_${Stack.of(this).stackName}-${name}-schema`,
        type: 'OpenApi3',
        content: JSON.stringify({
          openapi: '3.0.0',
          info: { title: 'Event', version: '1.0.0' },
          paths: {},
          components: {
            schemas: { Event: { type: 'object' } },
            examples: Object.fromEntries(examples),
          },
        }),
      });
      if (registry) schema.addResourceDependency(registry);
    }
  }
}

function forTarget(event: unknown, target: string | undefined): unknown {
  if (typeof event !== 'object' || event === null || !('target' in event) || event.target !== 'sandbox') return event;
  const { target: _, ...rest } = event;
  return target === undefined ? rest : { target, ...rest };
}
