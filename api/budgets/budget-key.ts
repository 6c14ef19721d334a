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
const LOWER_64_BITS = (1n << 64n) - 1n;

/** The addresses that one client has anyway: one of version 4, or a /64 of version 6. */
export function addressGroup(address: string): string {
  const plain = address.replace(MAPPED, '');
  if (isIPv4(plain)) return plain;
  const ip = parseIp(address.replace(/%.*$/, ''));
  return ip === null ? 'unknown' : `${formatIp(ip.version, ip.value & ~LOWER_64_BITS)}/64`;
}
