import { type CellDescription, doorContract } from '#platform/contracts/door.ts';
import { isVolvoxError, messageOf, VolvoxError } from '#platform/errors/volvox-error.ts';
import { createClient } from '#platform/rpc/client.ts';

/** How long a door that is to be registered has to answer, ms. */
const DEADLINE_MS = 3_000;

/**
 * Asks a door who it is, before anything of it is written.
 * @throws VolvoxError invalid, naming the field that is wrong: `key` when the door refuses it, `url` when no door answers there.
 */
export async function handshake(url: string, key: string): Promise<CellDescription> {
  const door = createClient(doorContract, { url, key, connections: 1 });
  try {
    return await door.describe({}, { deadlineMs: DEADLINE_MS });
  } catch (error) {
    if (isVolvoxError(error, 'unauthenticated') || isVolvoxError(error, 'forbidden')) {
      throw new VolvoxError('invalid', `key: the door at ${url} does not take it.`, { details: { field: 'key' } });
    }
    throw new VolvoxError('invalid', `url: no cell's door answers at ${url}: ${messageOf(error)}`, {
      details: { field: 'url' },
      cause: error,
    });
  } finally {
    await door.close();
  }
}
