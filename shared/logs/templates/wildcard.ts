/** Stands in a template where messages have their values. */
export const WILDCARD = '<*>';

/** The text with each of the places, begins and ends, replaced; spaces are single. */
export function withWildcards(text: string, places: readonly number[]): string {
  let result = '';
  let done = 0;
  for (let index = 0; index < places.length; index += 2) {
    result += text.slice(done, places[index]) + WILDCARD;
    done = places[index + 1] ?? done;
  }
  return (result + text.slice(done)).replace(/\s+/g, ' ');
}
