import { runCommand, tryCommand } from '../../cell/agent/run-command.ts';
import { memberSets } from '../../cell/network/drivers/linux/group-rule.ts';
import { GROUP_TABLE } from '../../cell/network/drivers/linux/group-table.ts';
import {
  hostsOfRegion,
  makeNetwork,
  makeServer,
  namespaceRegion,
  type ReachHost,
} from '../federation/reach/namespace-region.ts';
import { interruptible } from '../support/interruptible.ts';
import { scriptOptions } from '../support/script-options.ts';
import { startTestRegion, type TestRegion } from '../support/test-region.ts';
import { waitUntil } from '../support/wait-until.ts';
import { describeMs, summarize } from './statistics.ts';

const HELP = `node test/bench/group-scale.ts [--members 10000] [--changes 1000]

Starts a region of two cells of two hosts with real networks, makes a security group that names itself as remote, a server of it on each
host and so many members, and prints how long changes take: from the answer of the API until a member is let in, or no longer, on the
last of the four hosts. Needs root.
`;
const options = scriptOptions(
  HELP,
  { members: { type: 'string', default: '10000' }, changes: { type: 'string', default: '1000' } },
  { counts: ['members', 'changes'] },
);
const MEMBERS = Number(options.members);
const CHANGES = Number(options.changes);
/** What one call of the API makes. */
const PORTS_AT_ONCE = 100;
const DEADLINE_MS = 600_000;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

interface Group {
  readonly id: string;
  readonly networkId: string;
}

/** Whether the host lets the address in as a member. */
async function isMember(host: ReachHost, set: string, address: string): Promise<boolean> {
  const element = ['get', 'element', 'inet', GROUP_TABLE, set, `{ ${address} }`];
  return (await tryCommand('ip', ['netns', 'exec', host.namespace, 'nft', ...element])).status === 0;
}

/** The rules of groups on a host, with their handles: a rule that was written again has another one. Without the chains that carry fingerprints. */
async function rulesOn(host: ReachHost): Promise<readonly string[]> {
  const list = ['netns', 'exec', host.namespace, 'nft', '-a', '-t', 'list', 'table', 'inet', GROUP_TABLE];
  return (await runCommand('ip', list))
    .split('\n')
    .filter((line) => line.includes('# handle') && !line.includes('chain members-'));
}

async function prepare(region: TestRegion): Promise<Group> {
  const { admin } = region;
  const path = { project: admin.projectId };
  await admin.call('network', 'PUT /v2.0/quotas/{project}', { path, body: { quota: { port: -1 } } });
  const network = await makeNetwork(region, 'crowd', ['10.64.0.0/16']);
  const { security_group: group } = (await admin.call('network', 'POST /v2.0/security-groups', {
    body: { security_group: { name: 'crowd' } },
  })) as { security_group: { id: string } };
  await admin.call('network', 'POST /v2.0/security-group-rules', {
    body: {
      security_group_rule: { security_group_id: group.id, direction: 'ingress', remote_group_id: group.id },
    },
  });
  for (const host of hostsOfRegion(region))
    await makeServer(region, { name: `on ${host.name}`, host, network, groups: ['crowd'] });
  return { id: group.id, networkId: network.id };
}

async function addMembers({ admin }: TestRegion, { id, networkId }: Group, count: number) {
  const port = { network_id: networkId, security_groups: [id] };
  const answer = (await admin.call('network', 'POST /v2.0/ports', {
    body: { ports: Array.from({ length: count }, () => port) },
  })) as { ports: { id: string; fixed_ips: { ip_address: string }[] }[] };
  return answer.ports.map((one) => ({ id: one.id, address: one.fixed_ips[0]?.ip_address ?? '' }));
}

async function main(): Promise<void> {
  const size = namespaceRegion({ VOLVOX_NETWORK_SECURITY_GROUPS: 'on' });
  const region = await startTestRegion(size);
  try {
    const { admin } = region;
    const group = await prepare(region);
    const hosts = hostsOfRegion(region);
    const [set] = memberSets(group.id);
    const onAll = async (address: string, there: boolean): Promise<boolean> => {
      const found = await Promise.all(hosts.map((host) => isMember(host, set, address)));
      return found.every((one) => one === there);
    };
    const untilOnAll = async (address: string, there: boolean): Promise<number> => {
      const since = performance.now();
      await waitUntil(`${address} on all hosts`, () => onAll(address, there), DEADLINE_MS, 5);
      return performance.now() - since;
    };

    const began = performance.now();
    let last = '';
    for (let made = 0; made < MEMBERS; made += PORTS_AT_ONCE)
      for (const { address } of await addMembers(region, group, Math.min(PORTS_AT_ONCE, MEMBERS - made)))
        last = address;
    const accepted = performance.now();
    await untilOnAll(last, true);
    const seconds = (ms: number): string => (ms / 1_000).toFixed(1);
    print(`${MEMBERS} members made in ${seconds(accepted - began)} s`);
    print(`on the last host after another ${seconds(performance.now() - accepted)} s`);

    const before = await Promise.all(hosts.map(rulesOn));
    const added: number[] = [];
    const removed: number[] = [];
    while (added.length + removed.length < CHANGES) {
      const [member] = await addMembers(region, group, 1);
      if (member === undefined) throw new Error('the API made no port');
      added.push(await untilOnAll(member.address, true));
      await admin.call('network', 'DELETE /v2.0/ports/{id}', { path: { id: member.id } });
      removed.push(await untilOnAll(member.address, false));
    }
    const after = await Promise.all(hosts.map(rulesOn));
    const all = [...added, ...removed].sort((a, b) => a - b);
    print(`a member more, API to last host:   ${describeMs(added)}`);
    print(`a member less, API to last host:   ${describeMs(removed)}`);
    print(`all ${all.length} changes: p50 ${summarize(all).median.toFixed(0)} ms, p99 ${at(all, 0.99).toFixed(0)} ms`);
    const counts = after.map((rules) => rules.length).join(', ');
    const same = before.every((rules, index) => JSON.stringify(rules) === JSON.stringify(after[index]));
    print(`rules and chains by host: ${counts}; written again by these changes: ${same ? 'none' : 'some'}`);
  } finally {
    await region.remove();
  }
}

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;

await interruptible(main);
