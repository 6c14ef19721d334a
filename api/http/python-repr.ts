/**
 * A JSON value as Nova's messages show it (Python's repr): clients and their tests compare such messages.
 * `'name'`, `None`, `True`, `{'a': 1}`.
 */
export function pythonRepr(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`;
  if (typeof value === 'object') {
    return `{${Object.entries(value)
      .map(([key, member]) => `${quoted(key)}: ${pythonRepr(member)}`)
      .join(', ')}}`;
  }
  return String(value);
}

/** Python's str(): strings bare, the rest as repr. */
export const pythonStr = (value: unknown): string => (typeof value === 'string' ? value : pythonRepr(value));

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replaceAll(quote, `\\${quote}`);
  return `${quote}${escaped}${quote}`;
}
