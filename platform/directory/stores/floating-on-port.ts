import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import { forwardingsToPort } from './port-forwardings.ts';

/**
 * A floating address, or a port of one, would lead to whoever gets the fixed address next.
 * @throws VolvoxError conflict when one leads to these of a port, which the transaction has locked.
 */
export async function requireNoFloating(tx: DirectoryTx, portId: string, addresses: readonly string[]): Promise<void> {
  if (addresses.length === 0) return;
  const row = await tx
    .selectFrom('floating_ips')
    .select('id')
    .where('fixed_port_id', '=', portId)
    .where('fixed_address', 'in', [...addresses])
    .executeTakeFirst();
  if (row !== undefined) throw leadsTo(`Floating IP ${row.id}`, addresses, portId, 'Disassociate');
  const forwardings = await forwardingsToPort(tx, portId);
  const forwarding = forwardings.find(({ internalAddress }) => addresses.includes(internalAddress));
  if (forwarding !== undefined) throw leadsTo(`Port forwarding ${forwarding.id}`, addresses, portId, 'Delete');
}

const leadsTo = (what: string, addresses: readonly string[], portId: string, remedy: string): VolvoxError =>
  new VolvoxError('conflict', `${what} leads to ${addresses.join(', ')} of port ${portId}. ${remedy} it first.`, {
    details: { type: 'PortInUse' },
  });
