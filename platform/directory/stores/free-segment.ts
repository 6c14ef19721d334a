import { randomInt } from 'node:crypto';
import type { Reader } from '../../database/database.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTables } from '../tables.ts';

const LARGEST = { vlan: 4_094, vxlan: 16_777_215 } as const;

/** By chance: it is nearly always free, and the key of the table says whether it is. */
export const anySegment = (type: keyof typeof LARGEST): number => randomInt(1, LARGEST[type] + 1);

/**
 * A number that no network of this type has on this physical network, by chance, so that those who look at the same moment take different ones.
 * @throws VolvoxError conflict when all are taken.
 */
export async function freeSegment(
  read: Reader<DirectoryTables>,
  type: keyof typeof LARGEST,
  physicalNetwork: string | null,
): Promise<number> {
  const rows = await read
    .selectFrom('networks')
    .select('segment_id')
    .where('segment_type', '=', type)
    .where('physical_network', '=', physicalNetwork ?? '')
    .where('segment_id', 'is not', null)
    .execute();
  const taken = new Set(rows.map(({ segment_id }) => segment_id));
  const free = LARGEST[type] - taken.size;
  if (free <= 0) {
    const where = physicalNetwork === null ? '' : ` on physical network ${physicalNetwork}`;
    throw new VolvoxError('conflict', `Unable to create the network. No ${type} segment is free${where}.`, {
      details: { type: 'NoNetworkAvailable' },
    });
  }
  for (;;) {
    const id = anySegment(type);
    if (!taken.has(id)) return id;
  }
}
