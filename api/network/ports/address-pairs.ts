import type { AddressPair } from '#platform/objects/definitions.ts';
import { isHostMac } from '#platform/objects/host-macs.ts';
import { parseCidr, parseIp } from '#platform/objects/ip-address.ts';
import { canonicalCidr, canonicalIp } from '../canonical.ts';
import { conflicting, invalidInput } from '../policy.ts';
import type { RequestedPair } from './schema.ts';

/** As Neutron's `max_allowed_address_pair`. */
const MAX_PAIRS = 10;

/**
 * The address pairs of a port, in the form in which they are kept: one way to write each address, and the MAC of the port (`ownMac`) where none is
 * given. @throws VolvoxError invalid: too many, the same twice, no address, no MAC of one card, or a MAC of the hosts' own.
 */
export function readPairs(requested: readonly RequestedPair[], ownMac: string): readonly AddressPair[] {
  if (requested.length > MAX_PAIRS) {
    throw invalidInput(
      `The number of allowed address pair exceeds the maximum ${MAX_PAIRS}.`,
      'AllowedAddressPairExhausted',
    );
  }
  const pairs = new Map<string, AddressPair>();
  for (const { ip_address, mac_address } of requested) {
    const pair = {
      address: readAddress(ip_address),
      mac: mac_address === undefined ? ownMac : readPairMac(mac_address, ownMac),
    };
    const key = `${pair.mac} ${pair.address}`;
    if (pairs.has(key)) {
      throw invalidInput(
        `Request contains duplicate address pair: mac_address ${pair.mac} ip_address ${pair.address}.`,
        'DuplicateAddressPairInRequest',
      );
    }
    pairs.set(key, pair);
  }
  return [...pairs.values()];
}

/** @throws VolvoxError conflict. */
export function requireSecurityForPairs(pairs: readonly AddressPair[], secured: boolean): void {
  if (secured || pairs.length === 0) return;
  throw conflicting(
    'Port Security must be enabled in order to have allowed address pairs on a port.',
    'AddressPairAndPortSecurityRequired',
  );
}

/** A range of one address is an address. */
function readAddress(given: string | undefined): string {
  if (given === undefined) {
    throw invalidInput('AllowedAddressPair must contain ip_address', 'AllowedAddressPairsMissingIP');
  }
  if (parseIp(given) !== null) return canonicalIp(given);
  if (parseCidr(given) !== null) return canonicalCidr(given).replace(/^([0-9.]+)\/32$|^([0-9a-f:.]+)\/128$/, '$1$2');
  throw invalidInput(
    `Invalid input for allowed_address_pairs. Reason: '${given}' is neither a valid IP address nor a valid IP subnet.`,
  );
}

/** Hosts have MACs by which guests know their gateway; a guest that sends from one would be it for its neighbours. */
function readPairMac(given: string, ownMac: string): string {
  const mac = given.toLowerCase();
  const first = Number.parseInt(mac.slice(0, 2), 16);
  if (!/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac) || (first & 1) !== 0 || mac === '00:00:00:00:00:00') {
    throw invalidInput(`Invalid input for allowed_address_pairs. Reason: '${given}' is not a valid MAC address.`);
  }
  if (mac === ownMac || !isHostMac(mac)) return mac;
  throw invalidInput(
    `Invalid input for allowed_address_pairs. Reason: '${given}' is one of the MAC addresses that hosts have (06:, 0a:, 0e:).`,
  );
}
