/** An address as one number, IPv4 or IPv6; undefined for anything else. */
function parse(address: string): { value: bigint; bits: 32 | 128 } | undefined {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  const text = mapped ?? address;
  return text.includes(':') ? parse6(text) : parse4(text);
}

function parse4(text: string): { value: bigint; bits: 32 } | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return { value: parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n), bits: 32 };
}

function parse6(text: string): { value: bigint; bits: 128 } | undefined {
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0) return undefined;
  const groups = (half: string) => (half === '' ? [] : half.split(':'));
  const [front, back] = [groups(head), groups(tail ?? '')];
  const missing = 8 - front.length - back.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...front, ...Array.from({ length: Math.max(missing, 0) }, () => '0'), ...back];
  if (!all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return { value: all.reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n), bits: 128 };
}

/** Does `10.0.0.0/8` hold `10.1.2.3`? Undefined where one of them cannot be read; families never hold one another. */
export function isWithin(cidr: string, address: string): boolean | undefined {
  const [base = '', length = ''] = cidr.split('/');
  const [net, one] = [parse(base), parse(address)];
  if (!net || !one || !/^\d{1,3}$/.test(length) || Number(length) > net.bits) return undefined;
  if (net.bits !== one.bits) return false;
  const shift = BigInt(net.bits - Number(length));
  return net.value >> shift === one.value >> shift;
}
