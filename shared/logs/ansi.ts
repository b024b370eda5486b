const ESCAPE = '\u001b';

/** Colours and other terminal sequences of a logger that thinks it writes to a terminal. */
export function withoutAnsi(text: string): string {
  let at = text.indexOf(ESCAPE);
  if (at < 0) return text;
  let result = '';
  let done = 0;
  for (; at >= 0; at = text.indexOf(ESCAPE, done)) {
    result += text.slice(done, at);
    done = sequenceEnd(text, at + 1);
  }
  return result + text.slice(done);
}

/** CSI sequences end with a letter, OSC sequences with BEL or ESC \; anything else is two characters. */
function sequenceEnd(text: string, from: number): number {
  const kind = text[from];
  if (kind === '[') {
    let at = from + 1;
    while (at < text.length && /[0-9;:?<=>!]/.test(text[at] ?? '')) at++;
    return Math.min(text.length, at + 1);
  }
  if (kind === ']') {
    let at = from + 1;
    while (at < text.length && text[at] !== '\u0007' && text[at] !== ESCAPE) at++;
    return text[at] === ESCAPE && text[at + 1] === '\\' ? at + 2 : Math.min(text.length, at + 1);
  }
  return Math.min(text.length, from + 1);
}
