import { createHash } from 'node:crypto';
import type { Home } from './home.ts';
import type { CellSettings } from './settings.ts';
import { MAX_HOSTS } from './settings-for.ts';

/** Above what hosts give to people, services, and (by default) to the containers of their first users. */
const FIRST = 1_000_000;
const REGIONS = 4_000;
const CELLS = 50;
const UIDS_OF_CELL = 2_000;
const UIDS_OF_HOST = Math.floor(UIDS_OF_CELL / MAX_HOSTS);

/** The user ids of a host's guests: no other host of this region has them, and hardly another region of this machine. `host`: from 0, of those of its cell. */
export function guestUids(home: Pick<Home, 'root'>, { name }: Pick<CellSettings, 'name'>, host: number): string {
  const digest = createHash('sha256').update(home.root).digest();
  const region = digest.readUInt32BE(0) % REGIONS;
  const cell = (Number(/\d+$/.exec(name)?.[0] ?? 1) - 1) % CELLS;
  const first = FIRST + (region * CELLS + cell) * UIDS_OF_CELL + host * UIDS_OF_HOST;
  return `${first}-${first + UIDS_OF_HOST - 1}`;
}
