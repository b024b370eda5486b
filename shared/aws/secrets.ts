import { UnavailableError } from '#shared/domain/errors.ts';
import { secretPlace } from '#shared/domain/secret-place.ts';
import type { Clock } from '#shared/ports/clock.ts';

/** A rotated secret takes effect within this time, without a call to AWS at each notice. */
const KEPT_MS = 5 * 60_000;

/** Of the two clients only the one that is asked is loaded. */
async function fetchText(name: string): Promise<string> {
  const place = secretPlace(name);
  if (place.kind === 'parameter') return (await import('./ssm-parameter.ts')).parameterText(place.parameter);
  return (await import('./secrets-manager.ts')).secretText(place.secret);
}

/**
 * Reads one text secret, kept for 5 minutes: of Secrets Manager by name or ARN, or a parameter of Systems Manager as
 * `ssm:NAME`. One that is made in the console as key and value is JSON: of that the value of `field` counts. Rejects with
 * an UnavailableError or ConfigError that never holds the value.
 */
export function secretReader(clock: Clock): (secret: string, field: string) => Promise<string> {
  const kept = new Map<string, { text: string; until: number }>();

  return async (secret, field) => {
    const now = clock.now().getTime();
    let known = kept.get(secret);
    if (!known || now >= known.until) {
      const text = await fetchText(secret);
      if (!text) throw new UnavailableError(`secret "${secret}" holds no text: put the value in as a text secret`);
      known = { text, until: now + KEPT_MS };
      kept.set(secret, known);
    }
    return fieldOf(known.text, field) ?? known.text;
  };
}

function fieldOf(text: string, field: string): string | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const value = (JSON.parse(text) as Record<string, unknown>)[field];
    return typeof value === 'string' ? value : undefined;
  } catch {
    // Not JSON after all: the text itself is the secret.
    return undefined;
  }
}
