import type { PresentInstance } from '#platform/contracts/door-moves.ts';
import type { CellDoor } from '#platform/directory/cell-doors.ts';
import type { Directory } from '#platform/directory/directory.ts';
import { getHomes } from '#platform/directory/stores/homes/get-homes.ts';
import { orphanedAmong } from '#platform/directory/stores/orphaned-placements.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { type HomeVerdict, homeVerdict } from './home-verdict.ts';

const PAGE = 500;
/** More than any cell has. A cell in the wrong hands could tell of instances without end. */
const MAX_INSTANCES = 1_000_000;

/** An instance that a cell has, with the verdict of its home. The home was read after the cell. */
export interface PresentWithHome extends PresentInstance {
  readonly verdict: HomeVerdict;
}

/**
 * The directory is read after the cell. It raises an epoch before a door is asked, so no cell is ahead of it. Orphaned placements are read
 * before and after the homes: one is recorded together with the end of its home, which may come between the first two reads, and
 * removed once its cell was told, which may come between the last two.
 */
export async function withHomes(
  cell: CellDoor,
  present: readonly PresentInstance[],
  { read }: Directory,
): Promise<readonly PresentWithHome[]> {
  const uuids = present.map(({ uuid }) => uuid);
  const before = await orphanedAmong(read, cell.id, uuids);
  const homes = new Map((await getHomes(read, uuids)).map((home) => [home.uuid, home]));
  const after = await orphanedAmong(read, cell.id, uuids);
  return present.map((one) => {
    const isOrphaned = one.epoch <= Math.max(before.get(one.uuid) ?? 0, after.get(one.uuid) ?? 0);
    return { ...one, verdict: homeVerdict(one, homes.get(one.uuid) ?? null, cell.id, isOrphaned) };
  });
}

/**
 * All instances that a cell has, page by page; each page lies after the one before it, so this ends whatever the cell answers.
 * @throws VolvoxError when the cell or the directory does not answer, and conflict when what the cell answers is no page.
 */
export async function* instancesInCell(
  cell: CellDoor,
  directory: Directory,
): AsyncGenerator<readonly PresentWithHome[]> {
  let told = 0;
  for (let after: string | null = null; ; ) {
    const { instances }: { instances: PresentInstance[] } = await cell.door.listPresent({ after, limit: PAGE });
    told += instances.length;
    if (instances.length > PAGE || told > MAX_INSTANCES || !isPageAfter(after, instances))
      throw new VolvoxError('conflict', `Cell ${cell.name} lists its instances without order or end.`);
    yield await withHomes(cell, instances, directory);
    const last = instances.at(-1);
    if (last === undefined || instances.length < PAGE) return;
    after = last.uuid;
  }
}

/** By uuid, none twice, and all after `after`. */
function isPageAfter(after: string | null, instances: readonly PresentInstance[]): boolean {
  let last = after ?? '';
  for (const { uuid } of instances) {
    if (uuid <= last) return false;
    last = uuid;
  }
  return true;
}

/** Tells the cell to quarantine the instances that live elsewhere. @returns these instances. */
export async function quarantineIn(
  cell: CellDoor,
  present: readonly PresentWithHome[],
): Promise<readonly { readonly uuid: string; readonly epoch: number; readonly reason: string }[]> {
  const instances = present.flatMap(({ uuid, epoch, verdict }) =>
    verdict.kind === 'quarantine' ? [{ uuid, epoch, reason: verdict.reason }] : [],
  );
  if (instances.length > 0) await cell.door.quarantine({ instances });
  return instances;
}
