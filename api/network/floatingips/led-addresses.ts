import type { DirectoryTx } from '#platform/directory/directory.ts';
import { ledToPort } from '#platform/directory/stores/floating-needs.ts';
import type { FixedIp } from '#platform/objects/network.ts';
import { invalidInput } from '../policy.ts';

/**
 * Addresses of a port to which floating addresses lead stay. The transaction has locked the port.
 * @param fixedIps what the port is to have. @throws VolvoxError invalid when one of them is left out.
 */
export async function requireLedAddresses(
  tx: DirectoryTx,
  portId: string,
  fixedIps: readonly FixedIp[],
): Promise<void> {
  const left = new Set(fixedIps.map(({ address }) => address));
  const missing = [...(await ledToPort(tx, portId))].find((address) => !left.has(address));
  if (missing === undefined) return;
  throw invalidInput(
    `Bad port request: Cannot update the fixed_ips of the port ${portId}, because its original fixed_ip ${missing} has been associated to a floating ip.`,
    'BadRequest',
  );
}
