import * as z from 'zod';

/** The guide's four levels; P0 is the worst. */
export const severity = z.enum(['P0', 'P1', 'P2', 'P3']).describe('P0 (system down) to P3 (performance or advice)');
export type Severity = z.infer<typeof severity>;

interface ServiceLevel {
  /** Minutes within which a person takes the incident: the guide's response time. */
  acknowledge: number;
  /** Minutes within which it is over. The guide names none: four times the response time, at most three days. */
  resolve: number;
  meaning: string;
}

/** Source: the guide, "fault severity levels". */
export const SERVICE_LEVELS: Readonly<Record<Severity, ServiceLevel>> = {
  P0: { acknowledge: 15, resolve: 60, meaning: 'system entirely unavailable, all users' },
  P1: { acknowledge: 60, resolve: 4 * 60, meaning: 'core function unavailable, most users' },
  P2: { acknowledge: 4 * 60, resolve: 16 * 60, meaning: 'part of the functions abnormal, some users' },
  P3: { acknowledge: 24 * 60, resolve: 72 * 60, meaning: 'performance reduced, few users' },
};

const minutesAfter = (at: string, minutes: number) => new Date(Date.parse(at) + minutes * 60_000).toISOString();

/** The two deadlines (ISO 8601 UTC) of an incident of this severity opened at `openedAt`. */
export const deadlines = (level: Severity, openedAt: string) => ({
  acknowledgeBy: minutesAfter(openedAt, SERVICE_LEVELS[level].acknowledge),
  resolveBy: minutesAfter(openedAt, SERVICE_LEVELS[level].resolve),
});
