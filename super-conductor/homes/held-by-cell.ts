import type { HeldInstance } from '#platform/contracts/door-moves.ts';
import type { CellDoor } from '#platform/directory/cell-doors.ts';
import type { Directory } from '#platform/directory/directory.ts';
import { getHomes, type Home } from '#platform/directory/stores/instance-homes.ts';
import { straysAmong } from '#platform/directory/stores/stray-builds.ts';
import { type HomeVerdict, homeVerdict } from './home-verdict.ts';

const PAGE = 500;

/** What a cell holds, with its home as it was read after the cell said so. */
export interface HeldWithHome extends HeldInstance {
  readonly home: Home | null;
  readonly verdict: HomeVerdict;
}

/**
 * Goes through all that a cell holds, page by page. The directory is read after the cell: an epoch is raised there before a door is
 * asked, so what a cell has is never ahead of it. @throws VolvoxError when either does not answer.
 */
export async function* heldByCell(cell: CellDoor, { read }: Directory): AsyncGenerator<readonly HeldWithHome[]> {
  for (let after: string | null = null; ; ) {
    const { instances }: { instances: HeldInstance[] } = await cell.door.listHeld({ after, limit: PAGE });
    const uuids = instances.map(({ uuid }) => uuid);
    const strays = await straysAmong(read, cell.id, uuids);
    const homes = new Map((await getHomes(read, uuids)).map((home) => [home.uuid, home]));
    yield instances.map((held) => {
      const home = homes.get(held.uuid) ?? null;
      return { ...held, home, verdict: homeVerdict(held, home, cell.id, held.epoch <= (strays.get(held.uuid) ?? 0)) };
    });
    const last = instances.at(-1);
    if (last === undefined || instances.length < PAGE) return;
    after = last.uuid;
  }
}

/** Tells the cell to keep aside what is not at home there. @returns what it was told. */
export async function setAsideIn(
  cell: CellDoor,
  held: readonly HeldWithHome[],
): Promise<readonly { readonly uuid: string; readonly epoch: number; readonly reason: string }[]> {
  const instances = held.flatMap(({ uuid, epoch, verdict }) =>
    verdict.kind === 'aside' ? [{ uuid, epoch, reason: verdict.reason }] : [],
  );
  if (instances.length > 0) await cell.door.setAside({ instances });
  return instances;
}
