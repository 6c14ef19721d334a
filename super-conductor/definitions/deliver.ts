import { bySize } from '#platform/batching/by-size.ts';
import type { CellDoor } from '#platform/directory/cell-doors.ts';
import type { Directory } from '#platform/directory/directory.ts';
import { neededContents } from '#platform/directory/stores/definitions/contents.ts';
import type { Delivered } from '#platform/directory/stores/definitions/delivered.ts';
import { listDue } from '#platform/directory/stores/definitions/due.ts';
import { endTelling } from '#platform/directory/stores/definitions/told-cells.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Definition, DefinitionKey } from '#platform/objects/definitions.ts';
import type { Clock } from '#platform/time/clock.ts';
import { SharedNote } from './shared-note.ts';

/** What one call of a door takes. */
const MAX_OF_CELL = 500;
/** Of all cells of a round. */
const MAX_OF_ROUND = 20_000;
const MAX_CALL_BYTES = 4 * 1024 * 1024;
/** Half of what a door and the columns of its cell take. A larger definition is given to nobody, and keeps back no other. */
const MAX_DEFINITION_BYTES = 8 * 1024 * 1024;

interface Round {
  readonly directory: Directory;
  readonly clock: Clock;
  readonly cells: readonly CellDoor[];
  /** How long a delivery that is over waits for those to other cells before it is written down, ms. */
  readonly maxWaitMs: number;
  /** Told of a definition that no cell takes: cells keep what they have of it, until it changes again. */
  readonly tooLarge: (definition: DefinitionKey) => void;
}

/**
 * Gives each of these cells what is due there, a call's worth at most. What is due and what it says is read once for all of them, so a round costs
 * the directory the same however many they are. A delivery counts when its cell has answered and that is written down; until then it stays due, and
 * the door takes it again. A cell that does not answer delays no other.
 * @returns for each cell, in their order, when its delivery is over: whether there may be more. Rejects when the cell or the directory does not
 * answer.
 */
export function deliverRound(round: Round): readonly Promise<boolean>[] {
  const { directory, clock, cells, maxWaitMs } = round;
  const limit = Math.max(1, Math.min(MAX_OF_CELL, Math.floor(MAX_OF_ROUND / cells.length)));
  const parcels = packed(round, limit);
  const note = new SharedNote(directory, clock, cells.length, maxWaitMs);
  return cells.map((cell) => deliver(directory, cell, parcels, note, limit));
}

async function deliver(
  directory: Directory,
  cell: CellDoor,
  parcels: Promise<ReadonlyMap<string, Delivered>>,
  note: SharedNote,
  limit: number,
): Promise<boolean> {
  const taken = await handOver(directory, cell, parcels).catch((error: unknown) => {
    note.skip();
    throw error;
  });
  if (taken === null) {
    note.skip();
    return false;
  }
  return (await note.add(taken)) || taken.due.length === limit;
}

/** @returns what the cell has taken; null when nothing is due there, or when it takes no definitions. */
async function handOver(
  directory: Directory,
  cell: CellDoor,
  parcels: Promise<ReadonlyMap<string, Delivered>>,
): Promise<Delivered | null> {
  const parcel = (await parcels).get(cell.id);
  if (parcel === undefined) return null;
  if (await send(cell, parcel)) return parcel;
  await endTelling(directory, cell.id);
  return null;
}

/** By cell: what it is to be given and to forget now. */
async function packed(
  { directory: { read }, cells, tooLarge }: Round,
  limit: number,
): Promise<ReadonlyMap<string, Delivered>> {
  // With what was given, which is read before the contents: what is given meanwhile is given again.
  const due = await listDue(
    read,
    cells.map(({ id }) => id),
    limit,
  );
  const needed = await neededContents(read, due);
  const fits = new Map(needed.map(({ definition }) => [definition, isSmallEnough(definition)]));
  for (const [definition] of [...fits].filter(([, isSmall]) => !isSmall)) tooLarge(definition);
  const inCells = new Map(
    needed.flatMap(({ definition, cellIds }) =>
      cellIds.map((cellId) => [`${cellId} ${keyOf(definition)}`, definition] as const),
    ),
  );
  return new Map(
    [...Map.groupBy(due, ({ cellId }) => cellId)].map(([cellId, own]) => {
      const contents = own.map((one) => ({ due: one, content: inCells.get(`${cellId} ${keyOf(one)}`) }));
      const changed = contents.filter(({ due: { given }, content }) => content?.generation !== given);
      return [
        cellId,
        {
          ...{ cellId, due: own },
          put: changed.flatMap(({ content }) => (content !== undefined && fits.get(content) ? [content] : [])),
          forgotten: contents.filter(({ content }) => content === undefined).map(({ due: one }) => one),
        },
      ];
    }),
  );
}

const isSmallEnough = (definition: Definition): boolean =>
  Buffer.byteLength(JSON.stringify(definition)) <= MAX_DEFINITION_BYTES;

const keyOf = ({ kind, id }: DefinitionKey): string => `${kind} ${id}`;

/** @returns whether the cell takes definitions: one of an earlier release does not. */
async function send(cell: CellDoor, { put, forgotten }: Delivered): Promise<boolean> {
  const parts = bySize(put, MAX_CALL_BYTES);
  const keys = forgotten.map(({ kind, id }) => ({ kind, id }));
  try {
    if (keys.length > 0) await cell.door.putDefinitions({ put: [], forget: keys });
    for (const part of parts) await cell.door.putDefinitions({ put: [...part], forget: [] });
    return true;
  } catch (error) {
    if (error instanceof VolvoxError && error.kind === 'unsupported') return false;
    throw error;
  }
}
