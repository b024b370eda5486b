export interface Capped<T> {
  shown: T[];
  /** how many were left out */
  more: number;
}

/** The first `max` of a list: a report stays readable, and bounded, whatever the cluster holds. */
export const capped = <T>(list: readonly T[], max: number): Capped<T> => ({
  shown: list.slice(0, max),
  more: Math.max(0, list.length - max),
});
