/** The runs of one function for one target. */
export interface Series {
  target: string;
  /** its name; absent = check-health, whose history is the target's own */
  by?: string;
}

/** `history/<target>/`, and `history/<target>/<function>/` for all but the health check. */
export const seriesPrefix = ({ target, by }: Series): string => `history/${target}/${by === undefined ? '' : `${by}/`}`;

/** `history/<target>/<yyyy>/<mm>/<dd>/` */
export const dayKey = (series: Series, at: Date): string =>
  `${seriesPrefix(series)}${at.toISOString().slice(0, 10).replaceAll('-', '/')}/`;

/** `.../<time>.json` */
export const runKey = (series: Series, at: Date): string =>
  `${dayKey(series, at)}${at.toISOString().slice(11).replaceAll(':', '')}.json`;

const RUN = /^(.+\/)(\d{4})\/(\d\d)\/(\d\d)\/(\d\d)(\d\d)(\d\d\.\d{3}Z)\.json$/;
const DAY = /^(.+\/)(\d{4})\/(\d\d)\/(\d\d)\/day\.json$/;

/** When the run was due that a key holds; undefined for what is no run. */
export function timeOfRun(key: string): string | undefined {
  const [, , year, month, day, hour, minute, second] = RUN.exec(key) ?? [];
  return year && `${year}-${month}-${day}T${hour}:${minute}:${second}`;
}

/** The day, `2026-11-25`, of a run's or of a folded day's key; undefined for a key of another series. */
export function dayOf(key: string, series: Series): string | undefined {
  const [, prefix, year, month, day] = RUN.exec(key) ?? DAY.exec(key) ?? [];
  return prefix === seriesPrefix(series) ? `${year}-${month}-${day}` : undefined;
}

/** Undefined for what is no JSON. */
export function jsonIn(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
