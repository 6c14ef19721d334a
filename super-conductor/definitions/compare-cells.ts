import type { CellDoor } from '#platform/directory/cell-doors.ts';
import type { Directory } from '#platform/directory/directory.ts';
import { compareNeeds, comparePage, digestOfGiven } from '#platform/directory/stores/definitions/compare.ts';
import { beginTelling, endTelling, listToldCells } from '#platform/directory/stores/definitions/told-cells.ts';
import { messageOf, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Reconciler } from '#platform/lifecycle/reconciler.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { DefinitionKey, KnownDefinition } from '#platform/objects/definitions.ts';
import type { GlobalDeps } from '../deps.ts';

const COMPARE_EVERY_MS = 60_000;
const PAGE = 5_000;
/** More than any cell has. A cell in the wrong hands could tell of definitions without end. */
const MAX_KNOWN = 1_000_000;
/** What one call of a door takes. */
const MAX_FORGOTTEN_AT_ONCE = 1_000;

/**
 * Asks cells whether their hosts take definitions; compares what each that does was given with what it needs and with what it knows. A
 * cell that begins to take them is compared at once; afterwards once a minute.
 */
export function compareCells(deps: Pick<GlobalDeps, 'directory' | 'cells' | 'clock'>, log: Logger): Reconciler {
  const { directory, cells, clock } = deps;
  const comparedAt = new Map<string, number>();
  const failures = new Map<string, string>();

  const compare = async (cell: CellDoor, isTold: boolean): Promise<void> => {
    if (isTold && clock.now() - (comparedAt.get(cell.id) ?? 0) < COMPARE_EVERY_MS) return;
    const answer = await cell.door.knownDefinitions({ after: null, limit: 0 }).catch(nothingIfOlder);
    if (answer === null || !answer.takesDefinitions) {
      if (isTold) await endTelling(directory, cell.id);
      return;
    }
    if (!isTold) {
      await beginTelling(directory, cell.id);
      log.info({ cell: cell.name }, 'hosts of this cell take definitions; it gets them');
    }
    const given = await digestOfGiven(directory.read, cell.id);
    if (given.count !== answer.count || given.digest !== answer.digest) await compareLists(directory, cell);
    const due = await compareNeeds(directory, cell.id);
    if (due > 0 && isTold)
      log.info({ cell: cell.name, due }, 'definitions that a cell lacked, or had in vain, are due');
    comparedAt.set(cell.id, clock.now());
  };

  return {
    name: 'definitions of cells',
    everyMs: 5_000,
    reconcile: async () => {
      const told = new Set(await listToldCells(directory.read));
      await Promise.all(
        cells.all().map(async (cell) => {
          try {
            await compare(cell, told.has(cell.id));
            failures.delete(cell.id);
          } catch (error) {
            const reason = messageOf(error);
            if (failures.get(cell.id) !== reason)
              log.warn({ cell: cell.name, reason }, 'the definitions of a cell cannot be compared');
            failures.set(cell.id, reason);
          }
        }),
      );
    },
  };
}

function nothingIfOlder(error: unknown): null {
  if (error instanceof VolvoxError && error.kind === 'unsupported') return null;
  throw error;
}

/** Page by page, in the order of keys. A cell that answers without order or end ends the comparison. */
async function compareLists(directory: Directory, cell: CellDoor): Promise<void> {
  let told = 0;
  for (let after: DefinitionKey | null = null; ; ) {
    const { known }: { known: readonly KnownDefinition[] } = await cell.door.knownDefinitions({ after, limit: PAGE });
    told += known.length;
    if (known.length > PAGE || told > MAX_KNOWN || !inOrder(after, known))
      throw new VolvoxError('conflict', `Cell ${cell.name} lists its definitions without order or end.`);
    const last = known.at(-1);
    const isLast = last === undefined || known.length < PAGE;
    const needless = await comparePage(directory, cell.id, known, { after, upTo: isLast ? null : last });
    for (let at = 0; at < needless.length; at += MAX_FORGOTTEN_AT_ONCE)
      await cell.door.putDefinitions({ put: [], forget: needless.slice(at, at + MAX_FORGOTTEN_AT_ONCE) });
    if (isLast) return;
    after = { kind: last.kind, id: last.id };
  }
}

function inOrder(after: DefinitionKey | null, known: readonly DefinitionKey[]): boolean {
  const keys = [...(after === null ? [] : [after]), ...known].map(({ kind, id }) => `${kind} ${id}`);
  return keys.every((key, at) => at === 0 || (keys[at - 1] ?? '') < key);
}
