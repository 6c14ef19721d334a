import { createHash } from 'node:crypto';
import { tapName } from '#platform/objects/network.ts';

/** Kernel names take 15 characters. Taps are named by `tapName`; the rest is named here. */
export const bridgeName = (networkId: string): string => `brq${networkId.slice(0, 11)}`;
/** The device that carries a network to other hosts. */
export const segmentName = (networkId: string): string => `seg${networkId.slice(0, 11)}`;

export const isBridgeName = (name: string): boolean => /^brq[0-9a-f]{8}-[0-9a-f]{2}$/.test(name);
export const isTapName = (name: string): boolean => /^tap[0-9a-f]{8}-[0-9a-f]{2}$/.test(name);
export { tapName };

/** The bridge of a network has the same address on every host, so that a guest that moves keeps its gateway. */
export function bridgeMac(networkId: string): string {
  const digits = createHash('sha256').update(networkId).digest('hex');
  return `0e:${[0, 2, 4, 6, 8].map((at) => digits.slice(at, at + 2)).join(':')}`;
}

/** A short name of a value: equal values, equal names. */
export const fingerprint = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
