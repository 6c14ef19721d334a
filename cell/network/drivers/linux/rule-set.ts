import { versionOf } from '../../addresses.ts';
import { METADATA_ADDRESS } from '../../desired-host.ts';

type Version = 4 | 6;
const VERSIONS: readonly Version[] = [4, 6];

/** `ip daddr { 10.1.0.0/24 }`; null: there are no ranges of the family, and nftables knows no empty sets. */
function matchOf(version: Version, field: 'saddr' | 'daddr', ranges: readonly string[], not = false): string | null {
  const own = ranges.filter((one) => versionOf(one) === version);
  return own.length === 0 ? null : `${version === 4 ? 'ip' : 'ip6'} ${field} ${not ? '!= ' : ''}{ ${own.join(', ')} }`;
}

/** A rule for each family of which there are destinations, and sources when they are given. */
export const rulesFor = (
  device: string,
  ranges: { readonly to: readonly string[]; readonly from?: readonly string[] },
  verdict: string,
): string =>
  VERSIONS.map((version) => {
    const to = matchOf(version, 'daddr', ranges.to);
    const from = ranges.from === undefined ? '' : matchOf(version, 'saddr', ranges.from);
    return to === null || from === null
      ? ''
      : `    ${[device, from, to, verdict].filter((one) => one !== '').join(' ')}\n`;
  }).join('');

/** Accepts, for each family of which there are sources, what has one of them and none of `own`, and is not for the metadata server. */
export const rulesFromBehind = (device: string, sources: readonly string[], own: readonly string[]): string =>
  VERSIONS.map((version) => {
    const from = matchOf(version, 'saddr', sources);
    const others = matchOf(version, 'saddr', own, true);
    const to = version === 4 ? `ip daddr != ${METADATA_ADDRESS}` : 'ip6 daddr != fe80::/10';
    const parts = [device, from, others, to].filter((one) => one !== null);
    return from === null ? '' : `    ${parts.join(' ')} accept\n`;
  }).join('');

/** Drops what comes by a device from elsewhere than these ranges. */
export const onlyFrom = (device: string, sources: readonly string[]): string =>
  VERSIONS.map((version) => {
    const others = matchOf(version, 'saddr', sources, true) ?? `meta nfproto ipv${version}`;
    return `    ${device} ${others} drop\n`;
  }).join('');
