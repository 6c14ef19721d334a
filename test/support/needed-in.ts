import type { DirectoryReader } from '#platform/directory/directory.ts';
import { neededContents } from '#platform/directory/stores/definitions/contents.ts';
import type { Definition, DefinitionKey } from '#platform/objects/definitions.ts';

/** What of these a cell needs, as it is told. */
export async function neededIn(
  read: DirectoryReader,
  cellId: string,
  keys: readonly DefinitionKey[],
): Promise<readonly Definition[]> {
  const needed = await neededContents(read, keys);
  return needed.filter(({ cellIds }) => cellIds.includes(cellId)).map(({ definition }) => definition);
}
