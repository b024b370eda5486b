import * as z from 'zod';
import { analyzedLogs } from '#shared/domain/analyzed-log.ts';
import { config } from '#shared/domain/config.ts';
import { diagnosis } from '#shared/domain/diagnosis.ts';
import { diagnosticReport } from '#shared/domain/diagnostic-report.ts';
import { finding } from '#shared/domain/finding.ts';
import { incident, timelineEntry } from '#shared/domain/incident.ts';
import { logAnalysis } from '#shared/domain/log-analysis.ts';
import { probeResult } from '#shared/domain/probe-result.ts';
import { target } from '#shared/domain/target.ts';
import { report } from '#shared/report/model.ts';
import type { Generated } from './generated.ts';

/** What other people's scripts read and write. Settings are shown as they may be written, results as they come out. */
const PUBLISHED: { name: string; schema: z.ZodType; io: 'input' | 'output' }[] = [
  { name: 'config', schema: config, io: 'input' },
  { name: 'target', schema: target, io: 'input' },
  { name: 'finding', schema: finding, io: 'output' },
  { name: 'diagnosis', schema: diagnosis, io: 'output' },
  { name: 'probe-result', schema: probeResult, io: 'output' },
  { name: 'log-analysis', schema: logAnalysis, io: 'output' },
  { name: 'analyzed-logs', schema: analyzedLogs, io: 'output' },
  { name: 'diagnostic-report', schema: diagnosticReport, io: 'output' },
  { name: 'incident', schema: incident, io: 'output' },
  { name: 'timeline-entry', schema: timelineEntry, io: 'output' },
  { name: 'report', schema: report, io: 'output' },
];

/** The JSON Schemas of the domain, for docs/schema. */
export const schemas = (): Generated[] =>
  PUBLISHED.map(({ name, schema, io }) => {
    const { $schema, ...rest } = z.toJSONSchema(schema, { io, reused: 'inline' });
    return {
      file: `docs/schema/${name}.json`,
      content: `${JSON.stringify({ $schema, title: `otlp-medic ${name}`, ...rest }, null, 2)}\n`,
    };
  });
