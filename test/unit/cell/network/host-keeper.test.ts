import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '#platform/logging/logger.ts';
import { createFakeDriver, type SimulationOptions } from '../../../../cell/network/drivers/fake/fake-driver.ts';
import { HostKeeper } from '../../../../cell/network/host-keeper.ts';
import { NOTHING_KNOWN } from '../../../../cell/network/known-definitions.ts';
import { aBinding, aNetwork } from '../../../integration/cell/network/a-binding.ts';
import { aRule } from '../../../support/a-definition.ts';

const HOST = 'sim-001';
const network = aNetwork();
const one = aBinding(network, HOST, ['10.9.0.1']);
const two = aBinding(network, HOST, ['10.9.0.2']);

function aKeeper(faults: Partial<SimulationOptions> = {}) {
  const steps: string[] = [];
  const driver = createFakeDriver({
    ...{ hostNames: [HOST], plugMs: 0, failHosts: [], hangHosts: [], failPercent: 0 },
    ...faults,
  });
  const watched = {
    ...driver,
    carryOut: async (...[host, step]: Parameters<typeof driver.carryOut>) => {
      steps.push(step.kind);
      await driver.carryOut(host, step);
    },
  };
  return { keeper: new HostKeeper({ hostName: HOST, driver: watched, log: silentLogger }), driver, steps };
}
const gone = (binding: typeof one) => ({ ...binding, present: false, generation: binding.generation + 1 });

describe('the keeper of a host', () => {
  it('plugs ports that come together in one pass', async () => {
    const { keeper, steps } = aKeeper();
    const observed = await Promise.all([keeper.converge(one), keeper.converge(two)]);
    expect(observed).toMatchObject([
      { bindingId: one.bindingId, present: true, settled: true, error: null },
      { bindingId: two.bindingId, present: true, settled: true, error: null },
    ]);
    expect(steps.filter((kind) => kind === 'plug-taps')).toHaveLength(1);
  });

  it('reports a port that the DHCP server refuses as an error of that port, and not of its neighbours', async () => {
    const { keeper, driver } = aKeeper();
    const look = driver.look;
    const refusing = new HostKeeper({
      hostName: HOST,
      driver: {
        ...driver,
        look: async (host) => {
          const observed = await look(host);
          return { ...observed, dhcp: observed.dhcp.map((dhcp) => ({ ...dhcp, refused: [one.port.mac] })) };
        },
      },
      log: silentLogger,
    });
    expect(await Promise.all([refusing.converge(one), refusing.converge(two)])).toMatchObject([
      {
        bindingId: one.bindingId,
        settled: false,
        error: { permanent: true, blame: 'request', message: expect.stringContaining(one.port.mac) },
      },
      { bindingId: two.bindingId, settled: true, error: null },
    ]);
    await keeper.close();
  });

  it('reports an unplugged port as settled, and leaves nothing of the last one', async () => {
    const { keeper, driver } = aKeeper();
    await Promise.all([keeper.converge(one), keeper.converge(two)]);
    expect(await keeper.converge(gone(one))).toMatchObject({ present: false, settled: true, generation: 2 });
    expect((await driver.look(HOST)).taps).toHaveLength(1);
    await keeper.converge(gone(two));
    expect(await driver.look(HOST)).toMatchObject({ networks: [], taps: [], dhcp: [], metadata: null });
  });

  it('ignores an older word', async () => {
    const { keeper, driver } = aKeeper();
    await keeper.converge({ ...one, generation: 5 });
    keeper.note(gone(one));
    await keeper.pass();
    expect((await driver.look(HOST)).taps).toHaveLength(1);
  });

  it('follows the members of groups, and decides again when anything else changes', async () => {
    const { keeper, driver } = aKeeper({ securityGroups: true });
    const group = randomUUID();
    const members = { now: new Set(['10.9.0.7']) };
    const known = {
      ...NOTHING_KNOWN,
      structure: {},
      groupOf: () => ({ rules: [aRule(group)] }),
      membersOf: () => members.now,
    };
    keeper.noteDefinitions(known);
    await keeper.converge({ ...one, port: { ...one.port, securityGroupIds: [group] } });
    const sums = async () => (await driver.look(HOST)).groups?.members;
    const before = await sums();
    expect(Object.keys(before ?? {})).toEqual([group]);
    members.now = new Set(['10.9.0.7', '10.9.0.8']);
    await keeper.pass();
    expect((await sums())?.[group]).not.toBe(before?.[group]);
    keeper.noteDefinitions({ ...known, structure: {}, groupOf: () => ({ rules: [] }) });
    await keeper.pass();
    expect(await sums()).toEqual({});
  });

  it('says why a port is not plugged, and plugs it when the cause is gone', async () => {
    const failHosts = [HOST];
    const { keeper } = aKeeper({ failHosts });
    const failed = await keeper.converge(one);
    expect(failed).toMatchObject({ present: false, settled: false, error: { permanent: false } });
    expect(failed.error?.message).toMatch(/Simulated fault/);
    failHosts.pop();
    expect(await keeper.converge(one)).toMatchObject({ present: true, settled: true, error: null });
  });

  it('keeps a port that a second guest of the instance on the same host still uses', async () => {
    const { keeper, driver } = aKeeper();
    const second = { ...one, bindingId: two.bindingId, guestId: two.guestId };
    await keeper.converge(one);
    await keeper.converge(second);
    expect(await keeper.converge(gone(one))).toMatchObject({ settled: true });
    expect((await driver.look(HOST)).taps).toHaveLength(1);
    await keeper.converge(gone(second));
    expect((await driver.look(HOST)).taps).toHaveLength(0);
  });

  it('enforces the groups that it was told of, and leaves rules alone until it was', async () => {
    const { keeper, driver, steps } = aKeeper({ securityGroups: true });
    let members: ReadonlySet<string> = new Set<string>();
    const rule = {
      ...({ direction: 'ingress', ethertype: 'IPv4', protocol: null, portMin: null, portMax: null } as const),
      ...{ remoteIpPrefix: null, remoteGroupId: 'friends' },
    };
    const definitions = {
      ...NOTHING_KNOWN,
      portOf: () => ({ groupIds: ['web'], portSecurity: true }),
      groupOf: () => ({ rules: [rule] }),
      membersOf: () => members,
    };
    await keeper.converge(one);
    expect((await driver.look(HOST)).groups).toMatchObject({ members: {} });
    const stepsOf = async (act: () => unknown) => {
      steps.length = 0;
      await act();
      await keeper.pass();
      return [...steps];
    };
    expect(await stepsOf(() => keeper.noteDefinitions(definitions))).toEqual(['set-firewall']);
    const joins = () => {
      members = new Set(['10.9.0.7']);
    };
    expect(await stepsOf(joins)).toEqual(['set-members']);
    expect(await stepsOf(() => undefined)).toEqual([]);
    const next = new HostKeeper({ hostName: HOST, driver, log: silentLogger });
    next.note(one);
    const before = await driver.look(HOST);
    await next.pass();
    expect(await driver.look(HOST)).toEqual(before);
  });

  it('removes leftovers once it knows the whole desired state, and not before', async () => {
    const { keeper: before, driver } = aKeeper();
    await before.converge(one);
    const after = new HostKeeper({ hostName: HOST, driver, log: silentLogger });
    await after.pass();
    expect((await driver.look(HOST)).taps).toHaveLength(1);
    after.noteComplete();
    await after.pass();
    expect((await driver.look(HOST)).taps).toHaveLength(0);
  });
});
