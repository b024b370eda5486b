const UNITS: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 0.001,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
};

/** A Kubernetes quantity as a number: cores, bytes, pieces. */
export function parseQuantity(text: string): number {
  const [, number = '0', unit = ''] = /^([\d.]+)([A-Za-z]*)$/.exec(text) ?? [];
  return Number(number) * (UNITS[unit] ?? 1);
}

/** In the shortest form that is exact, as the API server writes it. */
export function formatQuantity(value: number, binary: boolean): string {
  if (!binary) return Number.isInteger(value) ? String(value) : `${Math.round(value * 1000)}m`;
  const unit = ['Gi', 'Mi', 'Ki'].find((one) => value > 0 && value % (UNITS[one] ?? 1) === 0);
  return unit ? `${value / (UNITS[unit] ?? 1)}${unit}` : String(value);
}
