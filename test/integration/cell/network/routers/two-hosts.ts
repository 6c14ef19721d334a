import { randomBytes, randomInt } from 'node:crypto';
import type { Network } from '#platform/objects/network.ts';
import { runCommand, tryCommand } from '../../../../../cell/agent/run-command.ts';
import { aGroupedHost, type GroupedHost } from '../groups/a-grouped-host.ts';
import { aRange } from './a-router.ts';

/** Two hosts of different names, joined by VXLAN over a link of their own. `optionsOf` gives the further options of each. */
export async function twoHosts(optionsOf: (at: number) => Readonly<Record<string, string>> = () => ({})) {
  const id = randomBytes(3).toString('hex');
  const underlays = [`vvg-u1-${id}`, `vvg-u2-${id}`] as const;
  for (const name of underlays) await runCommand('ip', ['netns', 'add', name]);
  const pair = ['type', 'veth', 'peer', 'name', 'under', 'netns', underlays[1]];
  await runCommand('ip', ['-n', underlays[0], 'link', 'add', 'under', 'mtu', '1600', ...pair]);
  const begin = async (at: 0 | 1): Promise<GroupedHost> => {
    const name = underlays[at];
    await runCommand('ip', ['-n', name, 'address', 'add', `192.0.2.${at + 1}/24`, 'dev', 'under']);
    await runCommand('ip', ['-n', name, 'link', 'set', 'under', 'mtu', '1600', 'up']);
    return await aGroupedHost({
      VOLVOX_NETWORK_HOST_NAME: `host-${at + 1}`,
      VOLVOX_NETWORK_VXLAN_NAMESPACE: name,
      VOLVOX_NETWORK_VXLAN_ADDRESS: `192.0.2.${at + 1}`,
      VOLVOX_NETWORK_VXLAN_PEERS: `192.0.2.${2 - at}`,
      ...optionsOf(at),
    });
  };
  const [one, two] = [await begin(0), await begin(1)];
  return {
    one,
    two,
    /** Does it on both. */
    both: async (act: (host: GroupedHost) => unknown): Promise<void> => {
      for (const host of [one, two]) await act(host);
    },
    stop: async () => {
      for (const host of [one, two]) await host.stop();
      for (const name of underlays) await tryCommand('ip', ['netns', 'delete', name]);
    },
  };
}
export type TwoHosts = Awaited<ReturnType<typeof twoHosts>>;

/** A network as `aRange` makes it, that spans hosts. */
export const aWideRange = (n: number): Network =>
  aRange(n, { segmentType: 'vxlan', segmentId: randomInt(100_000, 16_000_000) });
