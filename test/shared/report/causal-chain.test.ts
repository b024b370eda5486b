import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { causalChain, type Link, standaloneFindings } from '#shared/report/causal-chain.ts';
import { diagnosisOf, findingOf, latestTag, oomKilled, pod } from '#test/support/sample-findings.ts';

const codes = (link: Link): unknown[] => [link.finding.code, ...link.effects.map(codes)];
const size = (link: Link): number => 1 + link.alike + link.effects.reduce((sum, effect) => sum + size(effect), 0);

describe('causalChain', () => {
  it('goes from the root cause over each symptom to the next', () => {
    const { roots } = causalChain(diagnosisOf());
    expect(roots.map(codes)).toEqual([
      ['container-oom-killed', ['container-crash-loop', ['deployment-unavailable', ['service-no-ready-endpoints']]]],
    ]);
  });

  it('draws equal symptoms of one owner as one', () => {
    const pods = ['a', 'b', 'c'].map((name) =>
      findingOf({
        code: 'pod-not-ready',
        subject: pod(name),
        owner: { kind: 'Deployment', namespace: 'n', name: 'd' },
        title: name,
        cause: '',
        fingerprint: name,
        explainedBy: oomKilled.fingerprint,
      }),
    );
    const { roots } = causalChain({ rootCauses: [oomKilled], findings: [oomKilled, ...pods] });
    expect(roots[0]?.effects).toMatchObject([{ finding: { title: 'a' }, alike: 2 }]);
  });

  it('leaves what no root cause explains to the other findings', () => {
    expect(standaloneFindings(diagnosisOf())).toEqual([latestTag]);
  });

  it('ends on every graph, circles included, and accounts for each finding at most once', () => {
    const graph = fc.array(fc.option(fc.nat(30), { nil: undefined }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(graph, fc.nat(5), (explainedBy, rootCount) => {
        const findings = explainedBy.map((by, n) => ({
          ...oomKilled,
          code: `c-${n % 7}`,
          fingerprint: String(n),
          ...(by !== undefined && { explainedBy: String(by) }),
        }));
        const rootCauses = findings.slice(0, rootCount);
        const { roots, omitted } = causalChain({ rootCauses, findings });
        const drawn = roots.reduce((sum, root) => sum + size(root), 0);
        const apart = standaloneFindings({ rootCauses, findings }).length;
        expect(drawn + omitted + apart).toBeLessThanOrEqual(findings.length);
        expect(roots.length).toBe(rootCauses.length);
      }),
    );
  });
});
