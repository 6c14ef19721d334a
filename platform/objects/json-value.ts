import { Type } from 'typebox';

/** How deep a value of unknown shape may nest. What reads or writes JSON later would end in a stack overflow at some thousand levels. */
const MAX_DEPTH = 32;

/** Whether a JSON value nests at most 32 levels deep. */
export function isShallow(value: unknown, levels = MAX_DEPTH): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  for (const member of Object.values(value)) if (!isShallow(member, levels - 1)) return false;
  return true;
}

/** A member whose shape only its reader knows. */
export const JsonValue = Type.Refine(
  Type.Unknown(),
  (value) => isShallow(value),
  () => 'must not nest more than 32 levels deep',
);
