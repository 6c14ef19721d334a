import { VolvoxError } from '#platform/errors/volvox-error.ts';

interface Shown {
  /** null: the global tier. */
  readonly cell: { readonly name: string } | null;
}

/**
 * Of what cells show under one id or name, the first. Ids and names of hosts and services are what their cells say they are, so two cells may
 * show the same one: by mistake, or because one of them is in the wrong hands.
 * @param what as the error begins, `Service 4f…`.
 * @throws VolvoxError conflict when several cells show it, since nobody can tell which of them is meant.
 */
export function inOneCell<T extends Shown>(found: readonly T[], what: string): T | undefined {
  const cells = new Set(found.map(({ cell }) => cell?.name ?? 'the global tier'));
  if (cells.size <= 1) return found[0];
  throw new VolvoxError('conflict', `${what} is shown by several cells: ${[...cells].sort().join(', ')}.`);
}
