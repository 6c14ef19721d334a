import { isIPv4 } from 'node:net';
import { formatIp, parseIp } from '#platform/objects/ip-address.ts';
import type { Caller } from '../identity/caller.ts';

/** Whose budget a request uses: its project's, for a token without a project its user's, without a token its address's. */
export function budgetKeyOf(caller: Pick<Caller, 'projectId' | 'userId'>, address: string): string {
  if (caller.projectId !== '') return `project:${caller.projectId}`;
  if (caller.userId !== '') return `user:${caller.userId}`;
  return `address:${addressGroup(address)}`;
}

const MAPPED = /^::ffff:/i;

/** The addresses that one client has anyway: one of version 4, or a /64 of version 6. */
export const addressGroup = (address: string): string => addressBlocks(address, [64])[0] ?? UNKNOWN;

const UNKNOWN = 'unknown';

/** The blocks of version 6 of these lengths that an address is in; one of version 4 is a block of its own. */
export function addressBlocks(address: string, lengths: readonly number[]): readonly string[] {
  const plain = address.replace(MAPPED, '');
  if (isIPv4(plain)) return [plain];
  const ip = parseIp(address.replace(/%.*$/, ''));
  if (ip === null) return [UNKNOWN];
  return lengths.map((length) => {
    const host = (1n << BigInt(128 - length)) - 1n;
    return `${formatIp(ip.version, ip.value & ~host)}/${length}`;
  });
}
