import type { ConfigFact } from '#shared/domain/snapshot.ts';
import { changedAt } from '../changes.ts';
import { lastWords } from '../container-state.ts';
import type { ContainerView } from '../model.ts';
import { called, evidence, kubectl, type Rule } from '../rule.ts';
import type { ClusterView } from '../view.ts';

/** What the usual readers say of a text that does not parse, and the fault that it is. */
const REFUSALS: Record<
  ConfigFact['format'],
  { code: 'config-yaml-invalid' | 'config-toml-invalid' | 'config-json-invalid'; words: RegExp }
> = {
  toml: { code: 'config-toml-invalid', words: /TOML parse error|\btoml: line \d|TOMLDecodeError|TomlError/ },
  yaml: {
    code: 'config-yaml-invalid',
    words:
      /\byaml: line \d|yaml\.(?:scanner|parser|composer|constructor|reader)\.\w{1,20}(?:Error|Exception)|YAMLException/,
  },
  json: {
    code: 'config-json-invalid',
    words: /JSONDecodeError|JsonParseException|\bin JSON at position \d|invalid character '.{1,6}' (?:looking|after)/,
  },
};
/** PyYAML tells the place in lines after its message; characters. */
const PLACE_AFTER = 300;

/** The last words, and what the log has after them. */
function withPlace(
  view: ClusterView,
  container: ContainerView,
  { line, path }: { line: string; path: string },
): string {
  const text = view.log(container, path.endsWith('(previous)'))?.text ?? '';
  const start = text.lastIndexOf(line);
  return start < 0 ? line : text.slice(start, start + line.length + PLACE_AFTER);
}

const FORMATS = Object.keys(REFUSALS) as ConfigFact['format'][];

/**
 * A container that ends because its own reader refuses a file of a ConfigMap, by the file's name. Readers differ: what
 * one version of a format allows another refuses, so the text may parse here.
 */
export const rule: Rule = (view) =>
  view.disturbed.flatMap((container) => {
    const { workload } = container.pod;
    const said = lastWords(view, container);
    const format = said && FORMATS.find((each) => REFUSALS[each].words.test(said.line));
    if (!workload || !said || !format) return [];
    const words = withPlace(view, container, said);
    return view.snapshot.objects.configmaps.flatMap((map) => {
      const at = { kind: 'ConfigMap', namespace: map.metadata.namespace ?? '', name: map.metadata.name };
      const key = Object.keys(map.data ?? {}).find((name) => words.includes(name));
      const isKnown = view.snapshot.configFacts.some(
        (fact) => fact.error !== undefined && fact.configMap === at.name && fact.namespace === at.namespace,
      );
      if (key === undefined || isKnown || !view.users(at).includes(workload)) return [];
      return [
        {
          code: REFUSALS[format].code,
          at,
          severity: workload.available === 0 ? ('P1' as const) : ('P2' as const),
          confidence: 'likely' as const,
          title: `${called(workload.ref)} cannot read ${key} of configmap ${at.name} as ${format.toUpperCase()}`,
          cause: `It says: ${said.line.slice(0, 300)}`,
          evidence: [evidence(container.pod.ref, said.path, words)],
          since: changedAt(map),
          commands: [kubectl(at, `get configmap ${at.name} -o yaml`), kubectl(at, `edit configmap ${at.name}`)],
        },
      ];
    });
  });
