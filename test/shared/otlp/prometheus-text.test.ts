import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExposition } from '#shared/otlp/prometheus-text.ts';

const one = (line: string) => parseExposition(`${line}\n`)[0];

describe('Prometheus text', () => {
  it('reads labels with every character that a label may have', () => {
    expect(one(String.raw`a{b="x,y}=#\\ \"q\" \n",} 1`)).toEqual({
      name: 'a',
      labels: { b: 'x,y}=#\\ "q" \n' },
      value: 1,
    });
    expect(one('a { b = "1" , c = "2" }  3 1700000000000\r')).toEqual({
      name: 'a',
      labels: { b: '1', c: '2' },
      value: 3,
    });
    expect(one('{"my.metric",a="b"} 1')).toEqual({ name: 'my.metric', labels: { a: 'b' }, value: 1 });
  });

  it('reads values that Number does not', () => {
    const values = ['+Inf', '-Inf', 'Inf', 'NaN', '1e3', '-2.5E-2'].map((text) => one(`a ${text}`)?.value);
    expect(values).toEqual([Infinity, -Infinity, Infinity, Number.NaN, 1000, -0.025]);
  });

  it('keeps the buckets of two label sets apart, and passes over exemplars', () => {
    const text = [
      '# TYPE h histogram',
      'h_bucket{r="a",le="1"} 2 # {id="x"} 0.5 1.2',
      'h_bucket{r="b",le="1"} 7',
      '# EOF',
    ];
    expect(parseExposition(text.join('\n')).map(({ labels, value }) => [labels.r, value])).toEqual([
      ['a', 2],
      ['b', 7],
    ]);
  });

  it('refuses a text that breaks off, and names the line of a bad sample', () => {
    expect(() => parseExposition('a 1\nb{c="d')).toThrow('breaks off');
    expect(() => parseExposition('a 1\nb{c="d" 2\n')).toThrow('line 2');
    expect(() => parseExposition('a one\n')).toThrow('not a number');
    expect(parseExposition('')).toEqual([]);
  });

  it('reads back every label value that can be written', () => {
    const quoted = (value: string) => value.replace(/[\\"\n]/g, (each) => (each === '\n' ? '\\n' : `\\${each}`));
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer(), (value, number) => {
        fc.pre(!/[\r\u2028\u2029\u0085]/.test(value));
        expect(one(`m{l="${quoted(value)}"} ${number}`)).toEqual({
          name: 'm',
          labels: { l: value },
          value: number,
        });
      }),
    );
  });
});
