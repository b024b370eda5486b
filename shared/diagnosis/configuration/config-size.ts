import { evidence, kubectl, type Rule } from '../rule.ts';

/** Of an object's data, by validation of the API server. */
const LIMIT = 1024 * 1024;
const NEAR = 0.9 * LIMIT;

/** A ConfigMap that the next change may make too large. */
export const rule: Rule = (view) =>
  view.snapshot.objects.configmaps.flatMap(({ metadata, data = {}, binaryData = {} }) => {
    const at = { kind: 'ConfigMap', namespace: metadata.namespace ?? '', name: metadata.name };
    if (view.users(at).length === 0) return [];
    const plain = Object.values(data).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    const size = plain + Object.values(binaryData).reduce((sum, text) => sum + (text.length * 3) / 4, 0);
    if (size < NEAR) return [];
    return [
      {
        code: 'config-size-limit' as const,
        at,
        title: `configmap ${at.name} is almost as large as it may be`,
        evidence: [evidence(at, 'data', `${Math.round(size / 1024)} KiB of 1024`)],
        commands: [kubectl(at, `describe configmap ${at.name}`)],
      },
    ];
  });
