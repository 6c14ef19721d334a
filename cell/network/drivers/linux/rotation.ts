/** Chooses the next `count` of a sorted list at each call; after the end of the list comes its start. */
export function rotation(count: number): (all: readonly string[]) => readonly string[] {
  let last = '';
  return (all) => {
    const after = all.filter((one) => one > last);
    const chosen = [...after, ...all.filter((one) => one <= last)].slice(0, count);
    last = chosen.at(-1) ?? '';
    return chosen;
  };
}
