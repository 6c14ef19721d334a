import { isIPv4 } from 'node:net';
import type { PortRecord } from '#platform/directory/stores/ports.ts';
import type { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { FixedIp } from '#platform/objects/network.ts';
import { invalidInput } from '../policy.ts';
import { isOfNetwork } from '../ports/is-plugged.ts';

/** Neutron's refusal of a request about floating addresses. */
export const badFloatingIp = (why: string): VolvoxError =>
  invalidInput(`Bad floatingip request: ${why}.`, 'BadRequest');

/**
 * The fixed address of a port to which a floating address leads: the requested one, or its only one of IPv4. Pure.
 * @param asked `fixed_ip_address`
 * @throws VolvoxError invalid, naming the address, when the port does not have it, or when none was requested and the port has none or several.
 */
export function fixedAddressOf(port: PortRecord, asked: string | null | undefined): FixedIp {
  if (isOfNetwork(port.deviceOwner))
    throw badFloatingIp(`Cannot process floating IP association with Port ${port.id}, since it is ${port.deviceOwner}`);
  if (asked !== undefined && asked !== null) return askedAddress(port, asked);
  const [first, ...others] = port.fixedIps.filter(({ address }) => isIPv4(address));
  if (first === undefined)
    throw badFloatingIp(`Cannot add floating IP to port ${port.id} that has no fixed IPv4 addresses`);
  if (others.length === 0) return first;
  throw badFloatingIp(
    `Port ${port.id} has multiple fixed IPv4 addresses. Must provide a specific IPv4 address (fixed_ip_address) when assigning a floating IP`,
  );
}

function askedAddress({ id, fixedIps }: PortRecord, asked: string): FixedIp {
  if (!isIPv4(asked))
    throw badFloatingIp(`Cannot process floating IP association with ${asked}, since that is not an IPv4 address`);
  const own = fixedIps.find(({ address }) => address === asked);
  if (own === undefined) throw badFloatingIp(`Port ${id} does not have fixed ip ${asked} (fixed_ip_address)`);
  return own;
}
