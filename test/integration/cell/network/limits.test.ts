import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PortDefinition } from '#platform/objects/definitions.ts';
import type { DesiredBinding } from '#platform/objects/port-binding.ts';
import type { TrafficLimits } from '#platform/objects/traffic-limits.ts';
import { runCommand } from '../../../../cell/agent/run-command.ts';
import { desiredTraffic, shapeName } from '../../../../cell/network/desired-traffic.ts';
import { LIMIT_TABLE } from '../../../../cell/network/drivers/linux/limit-table.ts';
import { look } from '../../../../cell/network/drivers/linux/look.ts';
import { tapName } from '../../../../cell/network/names.ts';
import { NOTHING_OBSERVED } from '../../../../cell/network/observed-host.ts';
import { NOTHING_TOLD } from '../../../support/a-definition.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aBinding, aNetwork } from './a-binding.ts';
import { aGuest, type TestGuest } from './a-guest.ts';
import { aCellNetwork, type TestCellNetwork } from './an-agent.ts';
import { arriving, throughput } from './throughput.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: the network agent needs root');

/** 4 Mbit/s. Without limits the guests pass a hundred times as much. */
const SLOW = { perSecond: 500_000, burst: 100_000 };
const [ONE, TWO] = ['10.9.0.11', '10.9.0.12'] as const;

const SEEN = `table inet seen {
  chain in {
    type filter hook input priority 0; policy accept;
    ip dscp 46 icmp type echo-request counter comment "four"
    ip6 dscp 46 icmpv6 type echo-request counter comment "six"
  }
}`;

describe.skipIf(!isRoot)('limits of ports on a real host', () => {
  let cell: TestCellNetwork;
  let first: TestGuest;
  let second: TestGuest;
  const network = aNetwork();
  const [one, two] = [aBinding(network, 'host-1', [ONE]), aBinding(network, 'host-1', [TWO])];
  const tap = tapName(two.port.id);
  let version = 0;

  const inHost = (...command: readonly string[]) => runCommand('ip', ['netns', 'exec', cell.namespace, ...command]);
  const portWith = ({ port: { id } }: DesiredBinding, limits?: TrafficLimits): PortDefinition => ({
    ...{ kind: 'port', id, generation: version, groupIds: [], addresses: [], portSecurity: true },
    ...(limits === undefined ? {} : { limits }),
  });
  const stands = async () => {
    const { taps, limits } = await look(cell.setup);
    return { shape: taps.find(({ name }) => name === tap)?.shape ?? null, limits };
  };
  /** Limits the second guest, and waits until its host enforces that. @param ofNetwork of the network. */
  const limit = async (limits: TrafficLimits | undefined, ofNetwork?: TrafficLimits) => {
    version++;
    await cell.define({
      ...NOTHING_TOLD,
      version,
      networks: [
        { id: network.id, generation: version, network: { ...network, ...(ofNetwork && { limits: ofNetwork }) } },
      ],
      ports: [portWith(one, {}), portWith(two, limits)],
    });
    const traffic = desiredTraffic(limits ?? ofNetwork, undefined);
    const before = performance.now();
    await waitUntil('the limits to stand', async () => {
      const { shape } = await stands();
      return shape === (traffic?.shape ? shapeName(traffic.shape) : null);
    });
    return performance.now() - before;
  };
  const toSecond = () => throughput(first, second, TWO);
  const fromSecond = () => throughput(second, first, ONE);

  beforeAll(async () => {
    cell = await aCellNetwork();
    await cell.agent.start();
    await cell.want(one, two);
    first = await aGuest(one, cell.namespace);
    second = await aGuest(two, cell.namespace);
    for (const guest of [first, second]) await guest.dhcp();
    await second.reaches(ONE);
  });
  afterAll(async () => {
    await first?.stop();
    await second?.stop();
    await cell.stop();
    expect(await look(cell.setup)).toEqual(NOTHING_OBSERVED);
  });

  it('shapes what comes to a guest, and another rate while it runs', async () => {
    const unlimited = await toSecond();
    expect(unlimited).toBeGreaterThan(20 * SLOW.perSecond);
    await limit({ ingress: SLOW });
    const slow = await toSecond();
    expect(slow).toBeGreaterThan(0.5 * SLOW.perSecond);
    expect(slow).toBeLessThan(1.5 * SLOW.perSecond);
    expect(await fromSecond()).toBeGreaterThan(20 * SLOW.perSecond);

    await limit({ ingress: { ...SLOW, perSecond: 4 * SLOW.perSecond } });
    const faster = await toSecond();
    expect(faster).toBeGreaterThan(2 * SLOW.perSecond);
    expect(faster).toBeLessThan(6 * SLOW.perSecond);
    await limit({});
    expect(await toSecond()).toBeGreaterThan(20 * SLOW.perSecond);
  });

  it('limits what a guest sends, and marks it', async () => {
    await limit({ egress: SLOW, dscp: 46 });
    await waitUntil('the rules', async () => (await stands()).limits !== null);
    const slow = await fromSecond();
    // One second of the rate counts as burst here, besides the burst that was asked for.
    expect(slow).toBeGreaterThan(0.3 * SLOW.perSecond);
    expect(slow).toBeLessThan(2 * SLOW.perSecond);
    expect(await toSecond()).toBeGreaterThan(5 * SLOW.perSecond);

    await first.run('nft', SEEN);
    expect(await second.pings(ONE)).toBe(true);
    const own = JSON.parse(
      (await first.run('ip', '-6', '-j', 'address', 'show', 'dev', 'eth0', 'scope', 'link')).stdout,
    );
    const linkLocal = `${own[0].addr_info[0].local}%eth0`;
    await waitUntil(
      'an answer over IPv6',
      async () => (await second.run('busybox', 'ping', '-6', '-c', '1', linkLocal)).status === 0,
    );
    const seen = (await first.run('nft', 'list', 'table', 'inet', 'seen')).stdout;
    expect(seen).toMatch(/counter packets [1-9]\d* .*"four"/);
    expect(seen).toMatch(/counter packets [1-9]\d* .*"six"/);

    await limit({});
    await waitUntil('no rules', async () => (await stands()).limits === null);
    expect(await fromSecond()).toBeGreaterThan(20 * SLOW.perSecond);
  });

  it('counts packets in both directions', async () => {
    expect(await arriving(first, second, TWO, 200)).toBeGreaterThan(150);
    const few = { perSecond: 10, burst: 20 };
    await limit({ ingressPackets: few });
    await waitUntil('the rules', async () => (await stands()).limits !== null);
    expect(await arriving(first, second, TWO, 200)).toBeLessThan(50);
    await limit({ egressPackets: few });
    await waitUntil(
      'other rules',
      async () => !(await inHost('nft', 'list', 'table', 'bridge', LIMIT_TABLE)).includes(`to-${tap}`),
    );
    expect(await arriving(second, first, ONE, 200)).toBeLessThan(50);
    await limit({});
  });

  it('leaves limits as they are when the agent starts again, and mends them', async () => {
    await limit({ ingress: SLOW, egress: SLOW });
    const before = await waitUntil('the rules', async () => {
      const now = await stands();
      return now.limits === null ? undefined : now;
    });
    const queue = async () => JSON.parse(await inHost('tc', '-s', '-j', 'qdisc', 'show', 'dev', tap))[0];
    const rules = () => inHost('nft', '-a', 'list', 'table', 'bridge', LIMIT_TABLE);
    const [bytes, handles] = [(await queue()).bytes, await rules()];
    await cell.agent.stop();
    await second.reaches(ONE);
    await cell.agent.start();
    await cell.want(one, two);
    expect(await stands()).toEqual(before);
    // The same queue and rules, not equal ones: they count on.
    expect((await queue()).bytes).toBeGreaterThan(bytes);
    expect(await rules()).toBe(handles);

    await inHost('tc', 'qdisc', 'delete', 'dev', tap, 'root');
    await inHost('nft', 'delete', 'table', 'bridge', LIMIT_TABLE);
    await waitUntil('the limits to be mended', async () => JSON.stringify(await stands()) === JSON.stringify(before));
    const other = tapName(one.port.id);
    await inHost(
      'tc',
      'qdisc',
      'replace',
      'dev',
      other,
      'root',
      'tbf',
      'rate',
      '1mbit',
      'burst',
      '10000',
      'limit',
      '10000',
    );
    await waitUntil(
      'a leftover to go',
      async () => !(await inHost('tc', 'qdisc', 'show', 'dev', other)).includes('tbf'),
    );
  });

  it("inherits the limits of its network, and keeps to its flavor's if these are stricter", async () => {
    await limit(undefined, { ingress: SLOW });
    expect(await toSecond()).toBeLessThan(1.5 * SLOW.perSecond);
    const stricter = { ingress: { perSecond: SLOW.perSecond / 4, burst: 0 } };
    const shape = desiredTraffic({ ingress: SLOW }, stricter)?.shape;
    if (!shape) throw new Error('no shape');
    await cell.want({ ...two, generation: 2, limits: stricter });
    expect((await stands()).shape).toBe(shapeName(shape));
    expect(await toSecond()).toBeLessThan(0.6 * SLOW.perSecond);
  });
});
