import type { LogAnalysis } from '#shared/domain/log-analysis.ts';
import { type AnalyzeOptions, makeLogAnalyzer } from './analyze.ts';

/** The analysis of a log that is at hand as a text or as bytes. */
export function analyzeText(text: string | Uint8Array, options: AnalyzeOptions = {}): LogAnalysis {
  const analyzer = makeLogAnalyzer(options);
  analyzer.push(typeof text === 'string' ? Buffer.from(text) : text);
  return analyzer.end();
}
