const UNITS: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

/** Ten thousand pods have some tens of different requests and limits. */
const KNOWN = new Map<string, number | undefined>();
const MOST_KNOWN = 1000;

/** A Kubernetes quantity as a number, in cores or bytes: `250m` = 0.25, `1Gi` = 1073741824. Undefined for anything else. */
export function quantity(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (KNOWN.has(text)) return KNOWN.get(text);
  const read = readQuantity(text);
  if (KNOWN.size < MOST_KNOWN) KNOWN.set(text, read);
  return read;
}

function readQuantity(text: string): number | undefined {
  const [, number, unit = ''] = /^([0-9]{1,20}(?:\.[0-9]{1,20})?(?:e[0-9]{1,2})?)([A-Za-z]{0,2})$/.exec(text) ?? [];
  const factor = UNITS[unit];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}
