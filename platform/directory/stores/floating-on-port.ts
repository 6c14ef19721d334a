import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';

/** A floating address would lead to whoever gets the fixed address next. @throws VolvoxError conflict when one leads to these of a port. */
export async function requireNoFloating(tx: DirectoryTx, portId: string, addresses: readonly string[]): Promise<void> {
  if (addresses.length === 0) return;
  const row = await tx
    .selectFrom('floating_ips')
    .select('id')
    .where('fixed_port_id', '=', portId)
    .where('fixed_address', 'in', [...addresses])
    .executeTakeFirst();
  if (row === undefined) return;
  throw new VolvoxError(
    'conflict',
    `Floating IP ${row.id} leads to ${addresses.join(', ')} of port ${portId}. Disassociate it first.`,
    {
      details: { type: 'PortInUse' },
    },
  );
}
