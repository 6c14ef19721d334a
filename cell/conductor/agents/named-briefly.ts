const MAX_NAMED = 5;
const MAX_LENGTH = 100;

/** Names that a caller chose, for a message: the first few, each cut at 100 characters, and how many more there are. */
export function namedBriefly(names: readonly string[]): string {
  const shown = names
    .slice(0, MAX_NAMED)
    .map((name) => (name.length > MAX_LENGTH ? `${name.slice(0, MAX_LENGTH)}…` : name));
  const more = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : '';
  return `${shown.join(', ')}${more}`;
}
