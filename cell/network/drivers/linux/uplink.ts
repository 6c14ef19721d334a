import { createHash } from 'node:crypto';
import { runCommand, tryCommand } from '../../../agent/run-command.ts';
import { nthAddress, prefixLength } from '../../addresses.ts';
import { ipInNamespace } from './ip.ts';
import { type Place, UPLINK, uplinkHostEnd } from './place.ts';

/** The only things outside the namespace: the host's end of a pair of devices and, if asked for, one table of rules. */

type Uplink = NonNullable<Place['uplink']>;

export const hostAddress = (uplink: Uplink): string => nthAddress(uplink.cidr, 1);
export const ownAddress = (uplink: Uplink): string => `${nthAddress(uplink.cidr, 2)}/${prefixLength(uplink.cidr)}`;

export async function addUplink(place: Place, uplink: Uplink): Promise<void> {
  const end = uplinkHostEnd(place);
  const there = await tryCommand('ip', ['-n', place.namespace, 'link', 'show', 'dev', UPLINK]);
  if (there.status !== 0) {
    await tryCommand('ip', ['link', 'delete', 'dev', end]);
    await runCommand('ip', ['link', 'add', end, 'type', 'veth', 'peer', 'name', UPLINK, 'netns', place.namespace]);
  }
  await runCommand('ip', ['address', 'replace', `${hostAddress(uplink)}/${prefixLength(uplink.cidr)}`, 'dev', end]);
  await runCommand('ip', ['link', 'set', 'dev', end, 'up']);
  await ipInNamespace(place, [
    `address replace ${ownAddress(uplink)} dev ${UPLINK}`,
    `link set dev ${UPLINK} up`,
    `route replace default via ${hostAddress(uplink)} dev ${UPLINK}`,
  ]);
  if (uplink.masquerade) await masquerade(place, uplink);
}

export async function removeUplink(place: Place): Promise<void> {
  await tryCommand('ip', ['link', 'delete', 'dev', uplinkHostEnd(place)]);
  await tryCommand('nft', ['delete', 'table', 'ip', tableName(place)]);
}

async function masquerade(place: Place, uplink: Uplink): Promise<void> {
  const table = tableName(place);
  const rules = `table ip ${table}
delete table ip ${table}
table ip ${table} {
  chain outgoing {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr ${uplink.cidr} oifname != "${uplinkHostEnd(place)}" masquerade
  }
}
`;
  await runCommand('nft', ['-f', '-'], { input: rules });
  await runCommand('sh', ['-ec', 'echo 1 > /proc/sys/net/ipv4/ip_forward']);
}

const tableName = (place: Place): string =>
  `volvox_${createHash('sha256').update(place.namespace).digest('hex').slice(0, 10)}`;
