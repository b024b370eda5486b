import { ConfigError } from './errors.ts';

const PARAMETER = 'ssm:';

/** Where a secret is kept, by its name. */
export type SecretPlace = { kind: 'secrets-manager'; secret: string } | { kind: 'parameter'; parameter: string };

/**
 * `otlp-medic/slack` is a secret of Secrets Manager, whose names may begin with a slash; `ssm:/otlp-medic/slack` is a
 * parameter of Systems Manager. Throws ConfigError for what is no parameter's name: a version, a wildcard.
 */
export function secretPlace(name: string): SecretPlace {
  if (!name.startsWith(PARAMETER)) return { kind: 'secrets-manager', secret: name };
  const parameter = name.slice(PARAMETER.length);
  if (!/^\/?[\w.-]+(\/[\w.-]+)*$/.test(parameter))
    throw new ConfigError(
      `"${name}" names no parameter of Systems Manager: write it as ssm:/otlp-medic/slack, without a version`,
    );
  return { kind: 'parameter', parameter };
}
