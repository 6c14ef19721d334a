import { createHash } from 'node:crypto';
import { runCommand, tryCommand } from '../../../agent/run-command.ts';
import { nthAddress, prefixLength } from '../../addresses.ts';
import { type HostSetup, UPLINK, uplinkHostEnd } from './host-setup.ts';
import { ipInNamespace } from './ip.ts';

/** The only things outside the namespace: the host's end of a pair of devices and, if asked for, one table of rules. */

type Uplink = NonNullable<HostSetup['uplink']>;

export const hostAddress = (uplink: Uplink): string => nthAddress(uplink.cidr, 1);
export const ownAddress = (uplink: Uplink): string => `${nthAddress(uplink.cidr, 2)}/${prefixLength(uplink.cidr)}`;

export async function addUplink(setup: HostSetup, uplink: Uplink): Promise<void> {
  const end = uplinkHostEnd(setup);
  const there = await tryCommand('ip', ['-n', setup.namespace, 'link', 'show', 'dev', UPLINK]);
  if (there.status !== 0) {
    await tryCommand('ip', ['link', 'delete', 'dev', end]);
    await runCommand('ip', ['link', 'add', end, 'type', 'veth', 'peer', 'name', UPLINK, 'netns', setup.namespace]);
  }
  await runCommand('ip', ['address', 'replace', `${hostAddress(uplink)}/${prefixLength(uplink.cidr)}`, 'dev', end]);
  await runCommand('ip', ['link', 'set', 'dev', end, 'up']);
  await ipInNamespace(setup, [
    `address replace ${ownAddress(uplink)} dev ${UPLINK}`,
    `link set dev ${UPLINK} up`,
    `route replace default via ${hostAddress(uplink)} dev ${UPLINK}`,
  ]);
  if (uplink.masquerade) await masquerade(setup, uplink);
}

export async function removeUplink(setup: HostSetup): Promise<void> {
  await tryCommand('ip', ['link', 'delete', 'dev', uplinkHostEnd(setup)]);
  await tryCommand('nft', ['delete', 'table', 'ip', tableName(setup)]);
}

async function masquerade(setup: HostSetup, uplink: Uplink): Promise<void> {
  const table = tableName(setup);
  const rules = `table ip ${table}
delete table ip ${table}
table ip ${table} {
  chain outgoing {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr ${uplink.cidr} oifname != "${uplinkHostEnd(setup)}" masquerade
  }
}
`;
  await runCommand('nft', ['-f', '-'], { input: rules });
  await runCommand('sh', ['-ec', 'echo 1 > /proc/sys/net/ipv4/ip_forward']);
}

const tableName = (setup: HostSetup): string =>
  `volvox_${createHash('sha256').update(setup.namespace).digest('hex').slice(0, 10)}`;
