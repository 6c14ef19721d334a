import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { formatCidr, parseCidr, parseIp } from '#platform/objects/ip-address.ts';
import { invalidInput } from '../policy.ts';
import { MAX_ADDRESSES } from './schema.ts';

/** The addresses of a group. Pure. Every one is a range in canonical form; one address is a range of one. */
interface Group {
  readonly id: string;
  readonly addresses: readonly string[];
}

/** Each once. @throws VolvoxError invalid, naming the one that is no address. */
export const readAddresses = (given: readonly string[]): readonly string[] => [...new Set(given.map(readAddress))];

/** @throws VolvoxError invalid when one is there already, or when there would be too many. */
export function withAddresses({ id, addresses }: Group, given: readonly string[]): readonly string[] {
  const added = readAddresses(given);
  const there = added.filter((address) => addresses.includes(address));
  if (there.length > 0) {
    throw invalidInput(
      `Addresses ${there.join(', ')} already exist in the address group ${id}.`,
      'AddressesAlreadyExist',
    );
  }
  if (addresses.length + added.length > MAX_ADDRESSES) {
    throw invalidInput(`Invalid input for addresses. An address group has at most ${MAX_ADDRESSES} addresses.`);
  }
  return [...addresses, ...added];
}

/** @throws VolvoxError not-found when one is not there. */
export function withoutAddresses({ id, addresses }: Group, given: readonly string[]): readonly string[] {
  const removed = readAddresses(given);
  const missing = removed.filter((address) => !addresses.includes(address));
  if (missing.length > 0) {
    throw new VolvoxError('not-found', `Addresses ${missing.join(', ')} not found in the address group ${id}.`, {
      details: { type: 'AddressesNotFound' },
    });
  }
  return addresses.filter((address) => !removed.includes(address));
}

function readAddress(text: string): string {
  const ip = parseIp(text);
  const cidr = parseCidr(ip === null ? text : `${text}/${ip.version === 4 ? 32 : 128}`);
  if (cidr !== null) return formatCidr(cidr);
  throw invalidInput(`Invalid input for addresses. Reason: '${text}' is not a valid IP subnet.`);
}
