import { bySize } from '#platform/batching/by-size.ts';
import type { CellDoor } from '#platform/directory/cell-doors.ts';
import type { Directory } from '#platform/directory/directory.ts';
import { neededContents } from '#platform/directory/stores/definitions/contents.ts';
import { givenAmong, noteDelivered } from '#platform/directory/stores/definitions/delivered.ts';
import { listDue } from '#platform/directory/stores/definitions/due.ts';
import { endTelling } from '#platform/directory/stores/definitions/told-cells.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Definition, DefinitionKey } from '#platform/objects/definitions.ts';

/** What one call of a door takes. */
const MAX_AT_ONCE = 500;
const MAX_CALL_BYTES = 4 * 1024 * 1024;
/** Half of what a door and the columns of its cell take. A larger definition is given to nobody, and keeps back no other. */
const MAX_DEFINITION_BYTES = 8 * 1024 * 1024;

/**
 * Gives a cell what is due there, batch by batch; what becomes due meanwhile may be left for the next time. A batch counts as delivered after the
 * cell has answered; until then it stays due, and the door takes it again.
 * @param mayGoOn asked before each batch.
 * @param tooLarge told of a definition that no cell takes: the cell keeps what it has of it, until it changes again.
 * @throws VolvoxError when the cell or the directory does not answer.
 */
export async function deliverDue(
  directory: Directory,
  cell: CellDoor,
  mayGoOn: () => Promise<boolean>,
  tooLarge: (definition: DefinitionKey) => void,
): Promise<void> {
  while (await mayGoOn()) {
    const due = await listDue(directory.read, cell.id, MAX_AT_ONCE);
    if (due.length === 0) return;
    // Read before the contents: what is given meanwhile is given again.
    const given = await givenAmong(directory.read, cell.id, due);
    const contents = await neededContents(directory.read, cell.id, due);
    const generations = new Map(given.map((one) => [keyOf(one), one.generation]));
    const needed = new Set(contents.map(keyOf));
    const changed = contents.filter((one) => generations.get(keyOf(one)) !== one.generation);
    const put = changed.filter((one) => Buffer.byteLength(JSON.stringify(one)) <= MAX_DEFINITION_BYTES);
    for (const one of changed.filter((each) => !put.includes(each))) tooLarge(one);
    const forgotten = due.filter((one) => !needed.has(keyOf(one)));
    if (!(await send(cell, put, forgotten))) return await endTelling(directory, cell.id);
    const more = await noteDelivered(directory, cell.id, { due, put, forgotten });
    if (!more && due.length < MAX_AT_ONCE) return;
  }
}

const keyOf = ({ kind, id }: DefinitionKey): string => `${kind} ${id}`;

/** @returns whether the cell takes definitions: one of an earlier release does not. */
async function send(cell: CellDoor, put: readonly Definition[], forget: readonly DefinitionKey[]): Promise<boolean> {
  const parts = bySize(put, MAX_CALL_BYTES);
  const keys = forget.map(({ kind, id }) => ({ kind, id }));
  try {
    if (keys.length > 0) await cell.door.putDefinitions({ put: [], forget: keys });
    for (const part of parts) await cell.door.putDefinitions({ put: [...part], forget: [] });
    return true;
  } catch (error) {
    if (error instanceof VolvoxError && error.kind === 'unsupported') return false;
    throw error;
  }
}
