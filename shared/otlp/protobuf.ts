/** How one field is written: its number, and what it holds. OTLP/JSON names are the keys of a message. */
export type Field = readonly [number, 'text' | 'hex' | 'fixed64' | 'varint' | Message];
export interface Message {
  readonly [name: string]: Field;
}

const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return Buffer.from([...bytes, Number(rest)]);
}

const tag = (number: number, wire: number) => varint(BigInt((number << 3) | wire));
const delimited = (number: number, bytes: Buffer) =>
  Buffer.concat([tag(number, WIRE.bytes), varint(BigInt(bytes.length)), bytes]);

function fieldBytes([number, kind]: Field, value: unknown): Buffer {
  if (Array.isArray(value)) return Buffer.concat(value.map((one) => fieldBytes([number, kind], one)));
  if (kind === 'text') return delimited(number, Buffer.from(String(value), 'utf8'));
  if (kind === 'hex') return delimited(number, Buffer.from(String(value), 'hex'));
  if (kind === 'varint') return Buffer.concat([tag(number, WIRE.varint), varint(BigInt(value as number))]);
  if (kind === 'fixed64') {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt.asIntN(64, BigInt(value as string)));
    return Buffer.concat([tag(number, WIRE.fixed64), bytes]);
  }
  return delimited(number, encode(kind, value as Record<string, unknown>));
}

/** An OTLP/JSON object as protobuf. Throws a TypeError for a key that the message does not have. */
export function encode(message: Message, value: Record<string, unknown>): Buffer {
  return Buffer.concat(
    Object.entries(value).map(([name, inner]) => {
      const field = message[name];
      if (!field) throw new TypeError(`the message has no field "${name}"`);
      return fieldBytes(field, inner);
    }),
  );
}

export interface Read {
  number: number;
  /** of varints and fixed numbers */
  value: bigint;
  /** of strings, bytes and messages */
  bytes: Buffer;
}

/** The fields of a message in the order of its bytes. Throws a RangeError where these are no protobuf. */
export function decode(bytes: Buffer): Read[] {
  const fields: Read[] = [];
  let at = 0;
  const take = (length: number) => {
    if (length > bytes.length - at) throw new RangeError('the message ends inside a field');
    at += length;
    return bytes.subarray(at - length, at);
  };
  const number = () => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const [byte = 0] = take(1);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new RangeError('a number has more than 10 bytes');
  };
  while (at < bytes.length) {
    const key = Number(number());
    const field: Read = { number: key >>> 3, value: 0n, bytes: Buffer.alloc(0) };
    const wire = key & 7;
    if (field.number === 0) throw new RangeError('a field has the number 0');
    if (wire === WIRE.varint) field.value = number();
    else if (wire === WIRE.fixed64) field.value = take(8).readBigUInt64LE();
    else if (wire === WIRE.fixed32) field.value = BigInt(take(4).readUInt32LE());
    else if (wire === WIRE.bytes) field.bytes = take(Number(number()));
    else throw new RangeError(`there is no wire type ${wire}`);
    fields.push(field);
  }
  return fields;
}
