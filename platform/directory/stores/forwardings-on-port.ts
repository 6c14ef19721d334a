import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import { forwardingsToPort } from './port-forwardings.ts';

/**
 * A forwarding would lead to whoever gets the fixed address next.
 * @throws VolvoxError conflict when one leads to these of a port, which the transaction has locked.
 */
export async function requireNoForwarding(
  tx: DirectoryTx,
  portId: string,
  addresses: readonly string[],
): Promise<void> {
  if (addresses.length === 0) return;
  const all = await forwardingsToPort(tx, portId);
  const forwarding = all.find(({ internalAddress }) => addresses.includes(internalAddress));
  if (forwarding === undefined) return;
  const { id, internalAddress } = forwarding;
  throw new VolvoxError(
    'conflict',
    `Port forwarding ${id} leads to ${internalAddress} of port ${portId}. Delete it first.`,
    { details: { type: 'PortInUse' } },
  );
}
