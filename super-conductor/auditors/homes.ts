import type { Auditor, Difference } from '#platform/audit/auditor.ts';
import type { CellDoor } from '#platform/directory/cell-doors.ts';
import { MAX_DIFFERENCES } from '#platform/directory/stores/audits/leftovers.ts';
import { listPlaced } from '#platform/directory/stores/homes/list-homes.ts';
import { isVolvoxError, messageOf, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { GlobalDeps } from '../deps.ts';
import { instancesInCell, type PresentWithHome, quarantineIn, withHomes } from '../homes/instances-in-cell.ts';

type Deps = Pick<GlobalDeps, 'directory' | 'cells' | 'clock'>;
/** How many homes are read at once. */
const PAGE = 1_000;
/** How long the pages of one cell may take together, ms: a slow cell does not end the audits of all. */
const CELL_MS = 60_000;

/**
 * A home and a cell differ if the cell has an instance whose home is elsewhere or nowhere, has it at another epoch, or does not have an
 * instance whose home is this cell. Instances that a move or a reconciler handles are left out. Nothing is known of a cell that does not
 * answer; it asks by itself when it comes back (decision 0006).
 */
export const homes = (deps: Deps, log: Logger): Auditor => ({
  kinds: ['home-elsewhere', 'home-differs', 'home-lost'],
  settleMs: 10_000,
  everyMs: 30_000,
  look: async () => (await Promise.all(deps.cells.all().map((cell) => compare(deps, cell, log)))).flat(),
});

async function compare(deps: Deps, cell: CellDoor, log: Logger): Promise<readonly Difference[]> {
  try {
    // Homes first: a home that is recorded later is not expected in a cell that was already read.
    const placed = await placedIn(deps, cell.id);
    const present = new Set<string>();
    const differences: Difference[] = [];
    const until = deps.clock.now() + CELL_MS;
    for await (const page of instancesInCell(cell, deps.directory)) {
      if (deps.clock.now() > until)
        throw new VolvoxError('deadline-exceeded', `Cell ${cell.name} lists its instances slowly.`);
      for (const one of page) present.add(one.uuid);
      // More are not shown; the next look finds those that are left.
      if (differences.length < MAX_DIFFERENCES)
        differences.push(...page.flatMap((one) => differenceOf(deps, cell, one)));
    }
    return [...differences, ...placed.filter(({ uuid }) => !present.has(uuid)).map((home) => lost(cell, home))];
  } catch (error) {
    const level = isVolvoxError(error, 'conflict') ? 'warn' : 'debug';
    log[level]({ cell: cell.name, reason: messageOf(error) }, 'the homes of a cell are not compared now');
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
          'nothing is done automatically: the directory or the cell may have been restored to an earlier state; compare both',
      },
    ];
  }
  return [
    {
      kind: 'home-elsewhere',
      subject,
      message: `cell ${cell.name} has server ${uuid} at epoch ${epoch}. ${verdict.reason}`,
      advice: 'none: the super-conductor tells the cell to quarantine it',
      repair: () => quarantine(deps, cell, present),
    },
  ];
}

/** Reads the home again; the cell checks that it still has the instance at this epoch and that no move handles it. */
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
