/** Query parameters, each with every value it was given, in order. */
export type Query = Readonly<Record<string, readonly string[]>>;

export function parseQuery(url: string): Record<string, string[]> {
  const query: Record<string, string[]> = Object.create(null);
  const start = url.indexOf('?');
  if (start === -1) return query;
  for (const [key, value] of new URLSearchParams(url.slice(start + 1))) {
    const values = query[key];
    if (values === undefined) query[key] = [value];
    else values.push(value);
  }
  return query;
}

/** The last value of a parameter, as Nova takes it. */
export const lastOf = (query: Query, name: string): string | undefined => query[name]?.at(-1);
