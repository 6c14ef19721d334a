import { createHash } from 'node:crypto';
import type { Home } from './home.ts';
import type { CellSettings } from './settings.ts';

/** Above what hosts give to people, services, and (by default) to the containers of their first users. */
const FIRST = 1_000_000;
const REGIONS = 4_000;
const CELLS = 50;
const UIDS_OF_CELL = 2_000;

/** The user ids of a cell's guests: no other cell of this region has them, and hardly another region of this machine. */
export function guestUids(home: Pick<Home, 'root'>, { name }: Pick<CellSettings, 'name'>): string {
  const digest = createHash('sha256').update(home.root).digest();
  const region = digest.readUInt32BE(0) % REGIONS;
  const cell = (Number(/\d+$/.exec(name)?.[0] ?? 1) - 1) % CELLS;
  const first = FIRST + (region * CELLS + cell) * UIDS_OF_CELL;
  return `${first}-${first + UIDS_OF_CELL - 1}`;
}
