/**
 * The number under which something is known to microversions before 2.53, which had no uuids there: the first 31 bits of its uuid.
 * Among some thousand hosts two are unlikely to share one; nothing is ever changed by it alone.
 */
export const legacyId = (uuid: string): number => Number.parseInt(uuid.slice(0, 8), 16) % 2 ** 31;
