import type { Log } from '#shared/ports/step.ts';
import { redactText } from '#shared/redaction/text.ts';

export const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof LEVELS)[number];

/** One line of the log, already redacted. */
export interface LogLine {
  level: Level;
  /** ISO 8601 UTC */
  timestamp: string;
  service: 'otlp-medic';
  step: string;
  incidentId?: string;
  requestId: string;
  message: string;
  [data: string]: unknown;
}
export type LogSink = (line: LogLine) => void;

/** Of a value's strings, wherever they stand. */
function redacted(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (value instanceof Error) return redactText(`${value.name}: ${value.message}`);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > 8) return '...';
  if (Array.isArray(value)) return value.map((item) => redacted(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redacted(item, depth + 1)]));
}

/** What a log belongs to; the incident may become known later. */
export interface LogContext {
  step: string;
  requestId: string;
  incidentId?: string;
}

export function makeLog(sink: LogSink, about: LogContext): Log {
  const at =
    (level: Level) =>
    (message: string, data: Record<string, unknown> = {}) =>
      sink({
        ...(redacted(data) as Record<string, unknown>),
        level,
        timestamp: new Date().toISOString(),
        service: 'otlp-medic',
        ...about,
        message: redactText(message),
      });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** Lambda's own levels, of which we use four. */
const LAMBDA_LEVELS = ['trace', ...LEVELS, 'fatal'];

/** JSON lines on stdout, which Lambda takes to CloudWatch Logs; from the level that the function's logging asks for. */
export const stdoutSink: LogSink = (line) => {
  const lowest = LAMBDA_LEVELS.indexOf((process.env.AWS_LAMBDA_LOG_LEVEL ?? 'INFO').toLowerCase());
  if (LAMBDA_LEVELS.indexOf(line.level) >= lowest) process.stdout.write(`${JSON.stringify(line)}\n`);
};
