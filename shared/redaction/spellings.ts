/** A base64 core shorter than this turns up by chance. */
const SHORTEST_CORE = 8;

/**
 * How a secret can stand in a text: as it is, percent-encoded, with JSON's escapes, line by line, and inside base64,
 * where it can begin at any of three offsets within a longer text.
 */
export function spellingsOf(secret: string): string[] {
  const lines = secret.includes('\n')
    ? secret
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line.length >= 16)
    : [];
  const escaped = JSON.stringify(secret).slice(1, -1);
  return [...new Set([secret, encode(secret), escaped, ...lines, ...base64Cores(secret)])];
}

const encode = (secret: string): string => {
  try {
    return encodeURIComponent(secret);
  } catch {
    return secret; // half a surrogate pair: no URL can hold it
  }
};

function base64Cores(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/={1,2}$/, '');
    // The first characters hold bits of what comes before, the last one of what comes after.
    const from = Math.ceil((offset * 8) / 6);
    const to = Math.floor(((offset + bytes.length) * 8) / 6);
    const core = encoded.slice(from, to);
    return core.length < SHORTEST_CORE ? [] : [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
