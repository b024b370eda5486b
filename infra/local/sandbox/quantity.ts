import { quantity } from '#shared/diagnosis/quantity.ts';

/** A Kubernetes quantity as a number: cores, bytes, pieces; 0 for what is none. */
export const parseQuantity = (text: string): number => quantity(text) ?? 0;

/** In the shortest form that is exact, as the API server writes it. */
export function formatQuantity(value: number, binary: boolean): string {
  if (!binary) return Number.isInteger(value) ? String(value) : `${Math.round(value * 1000)}m`;
  const unit = ['Gi', 'Mi', 'Ki'].find((one) => value > 0 && value % parseQuantity(`1${one}`) === 0);
  return unit ? `${value / parseQuantity(`1${unit}`)}${unit}` : String(value);
}
