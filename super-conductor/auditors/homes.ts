import type { Auditor, Difference } from '#platform/audit/auditor.ts';
import type { CellDoor } from '#platform/directory/cell-doors.ts';
import { listPlaced } from '#platform/directory/stores/homes/list-homes.ts';
import { messageOf } from '#platform/errors/volvox-error.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { GlobalDeps } from '../deps.ts';
import { type PresentWithHome, presentInCell, quarantineIn, withHomes } from '../homes/present-in-cell.ts';

type Deps = Pick<GlobalDeps, 'directory' | 'cells'>;
/** Pages of homes that are compared with what a cell holds. */
const PAGE = 1_000;

/**
 * Homes and what cells hold differ if a cell has what is at home elsewhere or nowhere, has something at another epoch, or does not have
 * what is at home there. What a move or a reconciler has in hand is left out, and a cell that does not answer is not asked: of it nothing
 * is known (it asks by itself when it comes back, decision 0006).
 */
export const homes = (deps: Deps, log: Logger): Auditor => ({
  kinds: ['home-elsewhere', 'home-differs', 'home-lost'],
  settleMs: 10_000,
  everyMs: 30_000,
  look: async () => (await Promise.all(deps.cells.all().map((cell) => compare(deps, cell, log)))).flat(),
});

async function compare(deps: Deps, cell: CellDoor, log: Logger): Promise<readonly Difference[]> {
  try {
    // Homes first: what is homed after this is not missed in a cell that was read before.
    const placed = await placedIn(deps, cell.id);
    const present = new Set<string>();
    const differences: Difference[] = [];
    for await (const page of presentInCell(cell, deps.directory)) {
      for (const one of page) present.add(one.uuid);
      differences.push(...page.flatMap((one) => differenceOf(deps, cell, one)));
    }
    return [...differences, ...placed.filter(({ uuid }) => !present.has(uuid)).map((home) => lost(cell, home))];
  } catch (error) {
    log.debug({ cell: cell.name, reason: messageOf(error) }, 'the homes of a cell are not compared now');
    return [];
  }
}

function differenceOf(deps: Deps, cell: CellDoor, present: PresentWithHome): Difference[] {
  const { uuid, epoch, verdict } = present;
  if (verdict.kind === 'fine') return [];
  const subject = `${uuid}@${cell.name}`;
  if (verdict.kind === 'differs') {
    return [
      {
        kind: 'home-differs',
        subject,
        message: `server ${uuid} in cell ${cell.name}: ${verdict.message}`,
        advice:
          'nothing is done by itself: the directory or the cell may have been put back to an earlier state; compare both',
      },
    ];
  }
  return [
    {
      kind: 'home-elsewhere',
      subject,
      message: `cell ${cell.name} has server ${uuid} at epoch ${epoch}. ${verdict.reason}`,
      advice: 'none: the cell is told to keep it aside',
      repair: () => quarantine(deps, cell, present),
    },
  ];
}

/** Its home is read anew; the cell sees to it that it still has it at this epoch, and no move has it in hand. */
async function quarantine({ directory }: Deps, cell: CellDoor, present: PresentWithHome): Promise<boolean> {
  return (await quarantineIn(cell, await withHomes(cell, [present], directory))).length > 0;
}

interface PlacedHome {
  readonly uuid: string;
  readonly epoch: number;
}

const lost = (cell: CellDoor, { uuid, epoch }: PlacedHome): Difference => ({
  kind: 'home-lost',
  subject: uuid,
  message: `server ${uuid} is at home in cell ${cell.name} at epoch ${epoch}, and the cell does not have it`,
  advice: `look in volvox quarantine list and in the cell's database for it; if it is gone for good, delete it as an admin`,
});

async function placedIn({ directory }: Deps, cellId: string): Promise<readonly PlacedHome[]> {
  const placed: PlacedHome[] = [];
  for (let after = ''; ; ) {
    const page = await listPlaced(directory.read, cellId, after, PAGE);
    placed.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return placed;
    after = last.uuid;
  }
}
