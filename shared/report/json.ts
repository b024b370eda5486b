import { type Report, report as schema } from './model.ts';

/** report.json: the model itself. Throws ZodError for what is no report. */
export const renderJson = (report: Report): string => `${JSON.stringify(schema.parse(report), null, 2)}\n`;
