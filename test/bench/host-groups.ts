import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '#platform/config/load.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import type { GroupRule } from '#platform/objects/definitions.ts';
import { networkSection } from '../../cell/network/config.ts';
import { hostSetup } from '../../cell/network/drivers/linux/host-setup.ts';
import { createLinuxDriver } from '../../cell/network/drivers/linux/linux-driver.ts';
import { tearDown } from '../../cell/network/drivers/linux/tear-down.ts';
import { HostKeeper } from '../../cell/network/host-keeper.ts';
import { NOTHING_KNOWN } from '../../cell/network/known-definitions.ts';
import { aBinding, aNetwork, aSubnet } from '../integration/cell/network/a-binding.ts';
import { atInterrupt, interruptible } from '../support/interruptible.ts';
import { scriptOptions } from '../support/script-options.ts';

const HELP = `node test/bench/host-groups.ts [--ports 200] [--groups 20] [--members 10000]

Makes ports of one network on this machine, in namespaces of their own, whose security groups name each other as remote,
and prints how long changes of rules and members take. Needs root.
`;
const options = scriptOptions(
  HELP,
  {
    ports: { type: 'string', default: '200' },
    groups: { type: 'string', default: '20' },
    members: { type: 'string', default: '10000' },
  },
  { counts: ['ports', 'groups', 'members'] },
);
const HOST = 'host-1';

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'volvox-groups-'));
  await chmod(folder, 0o755);
  const environment = {
    VOLVOX_NETWORK_HOST_NAME: HOST,
    VOLVOX_NETWORK_NAMESPACE: `vvb-${process.pid}`,
    VOLVOX_NETWORK_RUNTIME_DIR: join(folder, 'run'),
    VOLVOX_NETWORK_SECURITY_GROUPS: 'on',
  };
  const setup = hostSetup(loadConfig({ network: networkSection }, { environment }).network);
  const cleanUp = async () => {
    await tearDown(setup);
    await rm(folder, { recursive: true, force: true });
  };
  const forget = atInterrupt(cleanUp);
  try {
    await measure(createLinuxDriver(setup));
  } finally {
    await cleanUp();
    forget();
  }
}

async function measure(driver: ReturnType<typeof createLinuxDriver>): Promise<void> {
  await driver.start();
  const groupIds: readonly string[] = Array.from({ length: Number(options.groups) }, () => randomUUID());
  const members = new Map(groupIds.map((id, at) => [id, new Set(addresses(at, Number(options.members)))]));
  let rules = [...rulesFrom(groupIds[0] ?? '', 22)];
  const keeper = new HostKeeper({ hostName: HOST, driver, log: silentLogger });
  keeper.noteComplete();
  keeper.noteDefinitions({
    ...NOTHING_KNOWN,
    portOf: () => null,
    groupOf: (id) => ({ rules: [...rules, ...rulesFrom(id, 80)] }),
    membersOf: (id) => members.get(id) ?? new Set(),
  });
  const network = aNetwork({ subnets: [aSubnet({ cidr: '10.9.0.0/16' })] });
  for (let at = 0; at < Number(options.ports); at++) {
    const binding = aBinding(network, HOST, [`10.9.${Math.floor(at / 250)}.${2 + (at % 250)}`]);
    binding.port.securityGroupIds = [groupIds[at % groupIds.length] ?? ''];
    keeper.note(binding);
  }
  const pass = async () => {
    const { left, reasons } = await keeper.pass();
    if (left.length > 0) throw new Error(`not reached: ${JSON.stringify([...reasons])}`);
  };
  console.log(`${options.ports} ports, ${options.groups} groups of ${options.members} members`);
  await print('making all of it', pass);
  rules = rulesFrom(groupIds[0] ?? '', 23);
  await print('a rule more: all rules and members replaced', pass);
  members.get(groupIds[0] ?? '')?.add('192.0.2.1');
  await print('a member more', pass);
  members.get(groupIds[0] ?? '')?.delete('192.0.2.1');
  await print('a member less', pass);
  await print('a pass that finds all in order', pass);
}

const rulesFrom = (remoteGroupId: string, port: number): GroupRule[] =>
  (['IPv4', 'IPv6'] as const).flatMap((ethertype) => [
    {
      ...{ direction: 'ingress', ethertype, protocol: 'tcp', portMin: port, portMax: port },
      ...{ remoteIpPrefix: null, remoteGroupId },
    },
    {
      ...{ direction: 'egress', ethertype, protocol: null, portMin: null, portMax: null },
      ...{ remoteIpPrefix: null, remoteGroupId: null },
    },
  ]);

const addresses = (group: number, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `10.${10 + group}.${Math.floor(at / 250)}.${at % 250}`);

async function print(what: string, work: () => Promise<unknown>): Promise<void> {
  const from = performance.now();
  await work();
  console.log(`${`${what}, s`.padEnd(60)} ${((performance.now() - from) / 1000).toFixed(2)}`);
}

await interruptible(main);
