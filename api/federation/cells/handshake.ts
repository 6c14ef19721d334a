import { type CellDescription, doorContract } from '#platform/contracts/door.ts';
import { isVolvoxError, messageOf, VolvoxError } from '#platform/errors/volvox-error.ts';
import { createClient } from '#platform/rpc/client.ts';

/** How long a new door may take to answer, in ms. */
const DEADLINE_MS = 3_000;

/**
 * Asks a door for the identity of its cell before the directory records anything.
 * @throws VolvoxError invalid, naming the field that is wrong: `key` when the door refuses it, `url` when no door answers there.
 */
export async function handshake(url: string, key: string): Promise<CellDescription> {
  const door = createClient(doorContract, { url, key, connections: 1 });
  try {
    return await door.describe({}, { deadlineMs: DEADLINE_MS });
  } catch (error) {
    if (isVolvoxError(error, 'unauthenticated') || isVolvoxError(error, 'forbidden')) {
      throw new VolvoxError('invalid', `key: the door at ${url} refuses it.`, { details: { field: 'key' } });
    }
    throw new VolvoxError('invalid', `url: no cell's door answers at ${url}: ${messageOf(error)}`, {
      details: { field: 'url' },
      cause: error,
    });
  } finally {
    await door.close();
  }
}
