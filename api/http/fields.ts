/** Only these keys of a view; none named: all of it. */
export function selectFields(view: object, fields: readonly string[]): object {
  const wanted = new Set(fields.flatMap((field) => field.split(',')).filter((field) => field !== ''));
  if (wanted.size === 0) return view;
  return Object.fromEntries(Object.entries(view).filter(([key]) => wanted.has(key)));
}
