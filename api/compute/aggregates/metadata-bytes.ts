import type { Aggregate } from '#platform/directory/stores/aggregates.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { MAX_PAGE_BYTES } from '../../http/bounded-page.ts';

/**
 * The list of aggregates has no pages, and each scheduler reads it whole, so the metadata of all of them together has the bound of a page.
 * @param changes null removes a key. @throws VolvoxError too-large when it grows beyond the bound.
 */
export function keepListed(
  all: readonly Aggregate[],
  one: Aggregate,
  changes: Readonly<Record<string, string | null>>,
): void {
  const changed = { ...one.metadata, ...changes };
  const after = Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== null));
  const grows = bytesOf(after) > bytesOf(one.metadata);
  const others = all.filter(({ id }) => id !== one.id).reduce((sum, { metadata }) => sum + bytesOf(metadata), 0);
  if (!grows || others + bytesOf(after) <= MAX_PAGE_BYTES) return;
  throw new VolvoxError(
    'too-large',
    `The metadata of all aggregates together ('metadata') would have ${others + bytesOf(after)} bytes of JSON; at most ${MAX_PAGE_BYTES} are allowed.`,
  );
}

const bytesOf = (metadata: object): number => Buffer.byteLength(JSON.stringify(metadata));
