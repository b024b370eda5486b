import type { ConfigMap } from '#shared/domain/kubernetes.ts';
import { type ConfigFormat, redactConfig } from './config-text.ts';
import { maskCredential, maskHeaderList, maskLines } from './masking.ts';
import type { Redactor } from './redactor.ts';
import { hides, isHeaderList, secrecyOf } from './secret-names.ts';

/** Endings by which a data key says its format. */
const ENDINGS: [RegExp, ConfigFormat][] = [
  [/\.ya?ml$/i, 'yaml'],
  [/\.toml$/i, 'toml'],
  [/\.json$/i, 'json'],
];
/** Names without an ending that are YAML by custom: the Collector's Helm chart, CoreDNS-like charts, kubeconfigs. */
const YAML_BY_CUSTOM = /^(?:relay|collector|kubeconfig|otel-collector-config|collector-config)$/i;

/** How a ConfigMap's data key is to be read; undefined for plain text (.env, .properties, scripts). */
export function formatOf(key: string): ConfigFormat | undefined {
  const ending = ENDINGS.find(([pattern]) => pattern.test(key));
  return ending?.[1] ?? (YAML_BY_CUSTOM.test(key) ? 'yaml' : undefined);
}

/** A value without line ends or spaces that is this long is an archive (a Helm release), not a setting. */
const BLOB = 2048;

/**
 * A ConfigMap whose secret-like values are gone; names, structure and line numbers stay. `usedAsSecret` says which keys
 * are given to containers under a secret's name.
 */
export function redactConfigMap(map: ConfigMap, redactor: Redactor, usedAsSecret: (key: string) => boolean): ConfigMap {
  const { data, binaryData } = map;
  return {
    ...map,
    ...(data && {
      data: Object.fromEntries(
        Object.entries(data).map(([key, value]) => [key, redactValue(key, String(value), redactor, usedAsSecret(key))]),
      ),
    }),
    ...(binaryData && {
      binaryData: Object.fromEntries(Object.keys(binaryData).map((key) => [key, '[removed]'])),
    }),
  };
}

function redactValue(key: string, value: string, redactor: Redactor, usedAsSecret: boolean): string {
  if (value.length > BLOB && /^[A-Za-z0-9+/=_-]+\s*$/.test(value)) return '[removed]';
  const format = formatOf(key);
  if (format) {
    const allSecret = usedAsSecret || secrecyOf(key.replace(/\.\w+$/, '')) === 'secret';
    return redactConfig(value, format, redactor, allSecret && !/kubeconfig/i.test(key));
  }
  if (isHeaderList(key)) return maskHeaderList(value, redactor.mask);
  if (usedAsSecret || hides(key, value)) {
    return value.includes('\n') ? maskLines(value, redactor.mask) : maskCredential(value, redactor.mask);
  }
  return redactor.text(value, 'lines');
}
