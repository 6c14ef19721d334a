import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '#platform/config/load.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import type { GroupRule } from '#platform/objects/definitions.ts';
import type { Network } from '#platform/objects/network.ts';
import type { DesiredBinding } from '#platform/objects/port-binding.ts';
import { runCommand } from '../../../../../cell/agent/run-command.ts';
import { networkSection } from '../../../../../cell/network/config.ts';
import { hostSetup } from '../../../../../cell/network/drivers/linux/host-setup.ts';
import { createLinuxDriver } from '../../../../../cell/network/drivers/linux/linux-driver.ts';
import { tearDown } from '../../../../../cell/network/drivers/linux/tear-down.ts';
import { HostKeeper } from '../../../../../cell/network/host-keeper.ts';
import { createHostWatch } from '../../../../../cell/network/host-watch.ts';
import type { KnownDefinitions, KnownPort, KnownRouter } from '../../../../../cell/network/known-definitions.ts';
import { aBinding } from '../a-binding.ts';
import { aGuest } from '../a-guest.ts';
import { aTalker, type Talker } from './a-talker.ts';

export const aRule = (rest: Partial<GroupRule> = {}): GroupRule => ({
  direction: 'ingress',
  ethertype: 'IPv4',
  ...{ protocol: null, portMin: null, portMax: null, remoteIpPrefix: null, remoteGroupId: null },
  ...rest,
});
/** What Neutron gives every new group. */
export const EGRESS = [aRule({ direction: 'egress' }), aRule({ direction: 'egress', ethertype: 'IPv6' })];

/** A guest with its addresses, which serves TCP and UDP at every port that a test asks of it. */
export interface GroupedGuest extends Talker {
  readonly binding: DesiredBinding;
  readonly address: string;
}

/** One host whose agent enforces security groups, on the real kernel, in namespaces of its own, and all that it has heard of groups. */
export async function aGroupedHost(options: Readonly<Record<string, string>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'volvox-groups-'));
  await chmod(folder, 0o755);
  const name = options.VOLVOX_NETWORK_HOST_NAME ?? 'host-1';
  const base = {
    VOLVOX_NETWORK_HOST_NAME: name,
    VOLVOX_NETWORK_NAMESPACE: `vvg-${randomBytes(4).toString('hex')}`,
    VOLVOX_NETWORK_RUNTIME_DIR: join(folder, 'run'),
    VOLVOX_NETWORK_SECURITY_GROUPS: 'on',
    ...options,
  };
  const groups = new Map<string, { rules: readonly GroupRule[]; members: ReadonlySet<string> }>();
  const ports = new Map<string, KnownPort>();
  const networks = new Map<string, Network>();
  const routers = new Map<string, KnownRouter>();
  const known: KnownDefinitions = {
    // What tests change in place may differ each time.
    get structure() {
      return {};
    },
    networkOf: (id) => networks.get(id) ?? null,
    routersOf: (id) => [...routers.values()].filter((one) => one.interfaces.some(({ networkId }) => networkId === id)),
    portOf: (id) => ports.get(id) ?? null,
    groupOf: (id) => groups.get(id) ?? null,
    membersOf: (id) => groups.get(id)?.members ?? new Set(),
  };
  const setupWith = (more: Readonly<Record<string, string>> = {}) =>
    hostSetup(loadConfig({ network: networkSection }, { environment: { ...base, ...more } }).network);
  const setup = setupWith();
  const guests: GroupedGuest[] = [];
  let agent = await begin(setup);

  async function begin(of: typeof setup, before: readonly DesiredBinding[] = []) {
    const driver = createLinuxDriver(of);
    await driver.start();
    const keeper = new HostKeeper({ hostName: name, driver, log: silentLogger });
    for (const binding of before) keeper.note(binding);
    keeper.noteComplete();
    keeper.noteDefinitions(known);
    const watch = createHostWatch({ keepers: [keeper], everyMs: 300, log: silentLogger });
    await watch.start();
    return { keeper, driver, watch };
  }
  const end = async () => {
    await agent.watch.stop();
    await agent.keeper.close();
  };
  const inHost = (...command: readonly string[]): Promise<string> =>
    runCommand('ip', ['netns', 'exec', setup.namespace, ...command]);

  return {
    ...{ setup, groups, ports, networks, routers, inHost },
    /** A group of which the host has heard. */
    group: (rules: readonly GroupRule[], members: readonly string[] = []): string => {
      const id = randomUUID();
      groups.set(id, { rules, members: new Set(members) });
      return id;
    },
    change: async (id: string, change: { rules?: readonly GroupRule[]; members?: readonly string[] }) => {
      const before = groups.get(id) ?? { rules: [], members: new Set<string>() };
      groups.set(id, {
        rules: change.rules ?? before.rules,
        members: change.members === undefined ? before.members : new Set(change.members),
      });
      await agent.keeper.pass();
    },
    pass: async () => {
      const { left, reasons } = await agent.keeper.pass();
      if (left.length > 0) throw new Error(`not reached: ${JSON.stringify([...reasons])}`);
    },
    /** Has a port or loses it, without a guest. */
    plug: async (binding: DesiredBinding) => {
      const { settled, error } = await agent.keeper.converge(binding);
      if (!settled) throw new Error(`not settled: ${error?.message}`);
    },
    /** A guest with these addresses, and a port with these groups. */
    guest: async (
      network: Network,
      addresses: readonly string[],
      groupIds: readonly string[],
      known: Partial<KnownPort> = {},
    ): Promise<GroupedGuest> => {
      const binding = aBinding(network, name, addresses);
      binding.port.securityGroupIds = [...groupIds];
      if (known.portSecurity !== undefined)
        ports.set(binding.port.id, { groupIds: [...groupIds], portSecurity: known.portSecurity });
      const { settled, error } = await agent.keeper.converge(binding);
      if (!settled) throw new Error(`not settled: ${error?.message}`);
      const guest = await aGuest(binding, setup.namespace);
      const talker = await aTalker(binding, guest);
      const one = { binding, address: addresses[0] ?? '', ...talker };
      guests.push(one);
      return one;
    },
    remove: async (guest: GroupedGuest) => {
      await guest.stop();
      guests.splice(guests.indexOf(guest), 1);
      await agent.keeper.converge({ ...guest.binding, present: false, generation: 2 });
    },
    /** Ends the agent, and starts one with the same memory and perhaps other options. */
    restart: async (more: Readonly<Record<string, string>> = {}) => {
      const before = agent.keeper.bindings();
      await end();
      agent = await begin(setupWith(more), before);
      await agent.keeper.pass();
    },
    /** No pass begins by itself any more. */
    hush: async () => await agent.watch.stop(),
    stop: async () => {
      for (const guest of guests.splice(0)) await guest.stop();
      await end();
      await tearDown(setup);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
export type GroupedHost = Awaited<ReturnType<typeof aGroupedHost>>;
