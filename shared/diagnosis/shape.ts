/** How a type of shared/domain/kubernetes.ts looks at run time, so that what does not fit can be left out. */
export type ShapeOf<T> = ShapeOfPresent<NonNullable<T>>;

type ShapeOfPresent<T> = [T] extends [string]
  ? 'string'
  : [T] extends [number]
    ? 'number'
    : [T] extends [boolean]
      ? 'boolean'
      : [T] extends [string | number]
        ? 'string or number'
        : [T] extends [readonly (infer Item)[]]
          ? { list: ShapeOf<Item> }
          : string extends keyof T
            ? { map: ShapeOf<T[keyof T]> }
            : { fields: { [Key in keyof T]-?: ShapeOf<T[Key]> }; required: readonly string[] };

export type Shape =
  | 'string'
  | 'number'
  | 'boolean'
  | 'string or number'
  | { list: Shape }
  | { map: Shape }
  | { fields: Record<string, Shape>; required: readonly string[] };

/**
 * The value without whatever does not fit its shape: fields of another type, null, list items without what they cannot
 * do without. Undefined where nothing is left. A value that fits is returned as it is, not copied; fields that the shape
 * does not know stay.
 */
export function fitted(value: unknown, shape: Shape): unknown {
  if (fits(value, wantedBy(shape))) return value;
  if (typeof shape === 'string') return undefined;
  if ('list' in shape) return Array.isArray(value) ? fitList(value, shape.list) : undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const record = value as Record<string, unknown>;
  if ('map' in shape) return fitFields(record, Object.keys(record), () => shape.map);
  const { fields, required } = shape;
  const clean = fitFields(record, Object.keys(fields), (key) => fields[key] as Shape);
  return required.every((key) => clean[key] !== undefined) ? clean : undefined;
}

function fitList(list: unknown[], shape: Shape): unknown[] {
  const clean = list.map((item) => fitted(item, shape)).filter((item) => item !== undefined);
  return clean.length === list.length && clean.every((item, index) => item === list[index]) ? list : clean;
}

function fitFields(record: Record<string, unknown>, keys: string[], shapeOf: (key: string) => Shape) {
  let clean = record;
  for (const key of keys) {
    const given = record[key];
    if (given === undefined) continue;
    const kept = fitted(given, shapeOf(key));
    if (kept === given) continue;
    if (clean === record) clean = { ...record };
    if (kept === undefined) delete clean[key];
    else clean[key] = kept;
  }
  return clean;
}

type Check = (value: unknown) => boolean;

/** What `typeof` says where that is all: most fields are so plain that calls would be a quarter of the cost. */
type Wanted = Check | 'string' | 'number' | 'boolean';

const fits = (value: unknown, wanted: Wanted): boolean =>
  typeof wanted === 'string' ? typeof value === wanted : wanted(value);

const isEither: Check = (value) => typeof value === 'string' || typeof value === 'number';

const CHECKS = new WeakMap<Shape & object, Check>();

/** Does a value fit as it is? Nearly all do, and there are millions of fields: this makes nothing, and is made once a shape. */
function wantedBy(shape: Shape): Wanted {
  if (shape === 'string or number') return isEither;
  if (typeof shape === 'string') return shape;
  const known =
    CHECKS.get(shape) ?? ('list' in shape ? listCheck(shape) : 'map' in shape ? mapCheck(shape) : fieldsCheck(shape));
  CHECKS.set(shape, known);
  return known;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function listCheck({ list }: { list: Shape }): Check {
  const item = wantedBy(list);
  return (value) => {
    if (!Array.isArray(value)) return false;
    for (const one of value) if (!fits(one, item)) return false;
    return true;
  };
}

function mapCheck({ map }: { map: Shape }): Check {
  const item = wantedBy(map);
  return (value) => {
    if (!isRecord(value)) return false;
    for (const key in value) if (!fits(value[key], item)) return false;
    return true;
  };
}

function fieldsCheck({ fields, required }: Extract<Shape, { fields: unknown }>): Check {
  const checks = new Map<string, Wanted>(Object.entries(fields).map(([key, shape]) => [key, wantedBy(shape)]));
  return (value) => {
    if (!isRecord(value)) return false;
    for (const key in value) {
      const wanted = checks.get(key);
      if (wanted !== undefined && !fits(value[key], wanted) && value[key] !== undefined) return false;
    }
    for (const key of required) if (value[key] === undefined) return false;
    return true;
  };
}

/** An object, of which the named fields are indispensable: without them it is left out. */
export const object = <Fields extends Record<string, Shape>>(
  fields: Fields,
  ...required: (keyof Fields & string)[]
) => ({
  fields,
  required,
});
export const list = <Item extends Shape>(item: Item) => ({ list: item });
export const text = 'string' as const;
export const number = 'number' as const;
export const flag = 'boolean' as const;
export const either = 'string or number' as const;
export const texts = { map: text };
