import { describe, expect, it } from 'vitest';
import { histogramQuantile } from '#shared/otlp/histogram-quantile.ts';
import { parseExposition } from '#shared/otlp/prometheus-text.ts';

const INF = Number.POSITIVE_INFINITY;

/** As an exposition writes them, read by the parser. */
const bucketsOf = (buckets: [string, number][]) =>
  parseExposition(buckets.map(([le, count]) => `x_seconds_bucket{le="${le}"} ${count}\n`).join('')).map(
    ({ labels, value }) => ({ le: labels.le === '+Inf' ? INF : Number(labels.le), count: value }),
  );
const quantile = (q: number, buckets: [string, number][]) => histogramQuantile(q, bucketsOf(buckets));

/* The vectors of Prometheus' own tests of histogram_quantile (promql/promqltest/testdata/histograms.test). */
const A: [string, number][] = [
  ['.1', 5],
  ['.2', 7],
  ['1e0', 11],
  ['+Inf', 12],
];
const B: [string, number][] = [
  ['-.2', 1],
  ['-0.1', 2],
  ['.3', 2],
  ['+Inf', 3],
];
const C: [string, number][] = [
  ['0', 0],
  ['2', 1],
  ['4', 2],
  ['6', 3],
  ['+Inf', 3],
];
const D: [string, number][] = [
  ['0', 0],
  ['.1', 5],
  ['.2', 7],
  ['1', 11],
  ['+Inf', 11],
];

describe('a quantile of a histogram', () => {
  it.each<[string, [string, number][], [number, number][]]>([
    [
      'whose first bound is positive',
      A,
      [
        [0, 0],
        [0.2, 0.048],
        [0.5, 0.15],
        [0.8, 0.72],
        [1, 1],
        [-0.1, -INF],
        [1.01, INF],
      ],
    ],
    [
      'whose first bound is negative',
      B,
      [
        [0, -0.2],
        [0.2, -0.2],
        [0.5, -0.15],
        [0.8, 0.3],
        [1, 0.3],
      ],
    ],
    [
      'of three equal buckets',
      C,
      [
        [1 / 6, 1],
        [1 / 2, 3],
        [5 / 6, 5],
      ],
    ],
    [
      'that begins at zero',
      D,
      [
        [0.25, 0.055],
        [0.5, 0.125],
        [0.75, 0.45],
        [1, 1],
      ],
    ],
    [
      'of a sum over series',
      [
        ['.1', 10],
        ['.2', 19],
        ['+Inf', 25],
      ],
      [[0.5, 0.1 + 0.1 * (2.5 / 9)]],
    ],
    [
      'whose first bucket is empty',
      [
        ['1', 0],
        ['2', 4],
        ['+Inf', 4],
      ],
      [[0, 0]],
    ],
  ])('%s', (_, buckets, expected) => {
    for (const [q, value] of expected) expect(quantile(q, buckets).value).toBeCloseTo(value, 12);
  });

  it.each<[string, [string, number][]]>([
    ['without a bucket', []],
    [
      'without +Inf',
      [
        ['.1', 5],
        ['.2', 7],
      ],
    ],
    ['with +Inf alone', [['+Inf', 7]]],
    [
      'without an observation',
      [
        ['.1', 0],
        ['+Inf', 0],
      ],
    ],
  ])('is unknown %s', (_, buckets) => {
    expect(quantile(0.5, buckets).value).toBeNaN();
  });

  it('of no number is none', () => {
    expect(quantile(Number.NaN, A).value).toBeNaN();
  });

  it('above the largest bound is at least that bound', () => {
    expect(
      quantile(0.99, [
        ['.1', 0],
        ['.5', 0],
        ['+Inf', 10],
      ]),
    ).toEqual({ value: 0.5, atLeast: true, repaired: false });
  });

  it('of counts that fall is that of the raised counts, and says so', () => {
    const dipping: [string, number][] = [
      ['1', 17],
      ['2', 15],
      ['3', 15],
      ['5', 7],
      ['+Inf', 22],
    ];
    expect(quantile(0.95, dipping)).toEqual({ value: 5, atLeast: true, repaired: true });
  });

  it('adds up buckets whose bound is written in two ways', () => {
    const twice: [string, number][] = [
      ['.2', 3],
      ['2e-1', 4],
      ['1', 7],
      ['1.0', 4],
      ['.1', 5],
      ['+Inf', 12],
    ];
    expect(quantile(0.5, twice)).toEqual(quantile(0.5, A));
  });
});
