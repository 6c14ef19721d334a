import { type CellDescription, doorContract } from '#platform/contracts/door.ts';
import { isVolvoxError, messageOf, VolvoxError } from '#platform/errors/volvox-error.ts';
import { type Client, createClient } from '#platform/rpc/client.ts';
import type { Transport } from '#platform/tls/transport.ts';

/** How long a new door may take to answer, in ms. */
const DEADLINE_MS = 3_000;

interface NewDoor {
  readonly url: string;
  readonly key: string;
  /** The name that the directory has for the cell, or is to have. With TLS the certificate of the door names it. */
  readonly cell: string;
  readonly transport: Transport;
}

/**
 * Asks a door for the identity of its cell before the directory records anything.
 * @throws VolvoxError invalid, naming the field that is wrong: `key` when the door refuses it, `url` when no door answers there.
 */
export async function handshake({ url, key, cell, transport }: NewDoor): Promise<CellDescription> {
  const door = openDoor({ url, key, cell, transport });
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

/** @throws VolvoxError invalid when the URL may not be used as things are: it is plain and beyond loopback. */
function openDoor(door: NewDoor): Client<typeof doorContract> {
  try {
    return createClient(doorContract, { ...door, connections: 1 });
  } catch (error) {
    throw new VolvoxError('invalid', `url: ${messageOf(error)}`, { details: { field: 'url' }, cause: error });
  }
}
