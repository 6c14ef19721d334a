import { VolvoxError } from '#platform/errors/volvox-error.ts';

/** Deeper than any valid body, and shallow enough for recursive code. */
const MAX_DEPTH = 64;

/**
 * Refuses unsafe JSON: nesting deeper than `MAX_DEPTH`, and the key `__proto__`, which assignment and object literals do not treat as a plain key.
 * @throws VolvoxError invalid that names the path of the key.
 */
export function refuseUnsafeJson(root: unknown): void {
  const pending: { readonly value: unknown; readonly depth: number }[] = [{ value: root, depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, depth } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (depth >= MAX_DEPTH) throw new VolvoxError('invalid', `The body is nested more than ${MAX_DEPTH} levels deep.`);
    if (Object.hasOwn(value, '__proto__'))
      throw new VolvoxError('invalid', "The key '__proto__' is not allowed. Leave it out of the body.");
    for (const member of Object.values(value)) pending.push({ value: member, depth: depth + 1 });
  }
}
