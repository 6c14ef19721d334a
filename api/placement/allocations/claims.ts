import { type Claim, type ClaimFilter, MAX_CLAIMS } from '#platform/objects/claim.ts';
import { type Reader, readOptions } from '../../cross-cell/ask-cells.ts';
import type { CellDoor } from '../../cross-cell/cell-doors.ts';

/** How long one page of a cell's claims may take, in ms. */
const PAGE_MS = 5_000;

/** All claims of a cell that fit the filter, by guest. @throws what the door refuses; unavailable when the cell does not answer. */
export async function claimsIn({ door }: CellDoor, filter: ClaimFilter, reader: Reader): Promise<readonly Claim[]> {
  const all: Claim[] = [];
  for (let after: string | null = null; ; ) {
    const page = { filter, after, limit: MAX_CLAIMS };
    const { claims }: { readonly claims: readonly Claim[] } = await door.listClaims(page, readOptions(reader, PAGE_MS));
    all.push(...claims);
    const last = claims.at(-1)?.guestId;
    // Whatever the cell answers, this ends: a page begins after the one before it.
    if (claims.length < MAX_CLAIMS || last === undefined || (after !== null && last <= after)) return all;
    after = last;
  }
}
