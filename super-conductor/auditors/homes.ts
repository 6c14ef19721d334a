import type { Auditor, Difference } from '#platform/audit/auditor.ts';
import type { CellDoor } from '#platform/directory/cell-doors.ts';
import { listHomed } from '#platform/directory/stores/homes/list-homes.ts';
import { messageOf } from '#platform/errors/volvox-error.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { GlobalDeps } from '../deps.ts';
import { type HeldWithHome, heldByCell, setAsideIn, withHomes } from '../homes/held-by-cell.ts';

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
    const homed = await homedIn(deps, cell.id);
    const held = new Set<string>();
    const differences: Difference[] = [];
    for await (const page of heldByCell(cell, deps.directory)) {
      for (const one of page) held.add(one.uuid);
      differences.push(...page.flatMap((one) => differenceOf(deps, cell, one)));
    }
    return [...differences, ...homed.filter(({ uuid }) => !held.has(uuid)).map((home) => lost(cell, home))];
  } catch (error) {
    log.debug({ cell: cell.name, reason: messageOf(error) }, 'the homes of a cell are not compared now');
    return [];
  }
}

function differenceOf(deps: Deps, cell: CellDoor, held: HeldWithHome): Difference[] {
  const { uuid, epoch, verdict } = held;
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
      repair: () => setAside(deps, cell, held),
    },
  ];
}

/** Its home is read anew; the cell sees to it that it still has it at this epoch, and no move has it in hand. */
async function setAside({ directory }: Deps, cell: CellDoor, held: HeldWithHome): Promise<boolean> {
  return (await setAsideIn(cell, await withHomes(cell, [held], directory))).length > 0;
}

interface Homed {
  readonly uuid: string;
  readonly epoch: number;
}

const lost = (cell: CellDoor, { uuid, epoch }: Homed): Difference => ({
  kind: 'home-lost',
  subject: uuid,
  message: `server ${uuid} is at home in cell ${cell.name} at epoch ${epoch}, and the cell does not have it`,
  advice: `look in volvox aside list and in the cell's database for it; if it is gone for good, delete it as an admin`,
});

async function homedIn({ directory }: Deps, cellId: string): Promise<readonly Homed[]> {
  const homed: Homed[] = [];
  for (let after = ''; ; ) {
    const page = await listHomed(directory.read, cellId, after, PAGE);
    homed.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return homed;
    after = last.uuid;
  }
}
