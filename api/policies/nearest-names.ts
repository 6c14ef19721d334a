/** How many names a message offers. */
const MAX_OFFERED = 3;

/** The names that look most like one that does not exist, the nearest first; none when nothing is near. */
export function nearestNames(wrong: string, names: readonly string[]): readonly string[] {
  const near = Math.max(3, Math.ceil(wrong.length / 3));
  return names
    .map((name) => ({ name, distance: name.endsWith(`:${wrong}`) ? 1 : distanceOf(wrong, name) }))
    .filter(({ distance }) => distance <= near)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MAX_OFFERED)
    .map(({ name }) => name);
}

/** How many characters must change to make one text of the other (Levenshtein). */
function distanceOf(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [at, character] of [...one].entries()) {
    const next = [at + 1];
    for (let index = 1; index <= other.length; index += 1) {
      const replaced = (row[index - 1] ?? 0) + (other[index - 1] === character ? 0 : 1);
      next.push(Math.min(replaced, (row[index] ?? 0) + 1, (next[index - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
