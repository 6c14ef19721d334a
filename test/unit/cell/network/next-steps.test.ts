import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Network } from '#platform/objects/network.ts';
import type { DesiredBinding } from '#platform/objects/port-binding.ts';
import type { TrafficLimits } from '#platform/objects/traffic-limits.ts';
import { type DesiredHost, desiredHost, type HostFacts } from '../../../../cell/network/desired-host.ts';
import { shapeName } from '../../../../cell/network/desired-traffic.ts';
import { createFakeDriver } from '../../../../cell/network/drivers/fake/fake-driver.ts';
import { type KnownDefinitions, type KnownRouter, NOTHING_KNOWN } from '../../../../cell/network/known-definitions.ts';
import { bridgeName, tapName } from '../../../../cell/network/names.ts';
import { nextSteps, type Step, stepsFor } from '../../../../cell/network/next-steps.ts';
import { NOTHING_OBSERVED, type ObservedNetwork } from '../../../../cell/network/observed-host.ts';
import { aBinding, aNetwork, aSubnet } from '../../../integration/cell/network/a-binding.ts';
import { aRule } from '../../../integration/cell/network/groups/a-grouped-host.ts';
import { aRange, aRouter } from '../../../integration/cell/network/routers/a-router.ts';
import { aHostFacts } from '../../../support/host-facts.ts';

const HOST = 'sim-001';
const aDriver = () => createFakeDriver({ hostNames: [HOST], plugMs: 0, failHosts: [], hangHosts: [], failPercent: 0 });

const networks = [aNetwork(), aNetwork(), aNetwork({ subnets: [aSubnet({ enableDhcp: false })] })];
const bindings = networks.flatMap((network) => [1, 2, 3].map((n) => aBinding(network, HOST, [`10.9.0.${n}`])));

const aDesiredHost = (plugged: readonly DesiredBinding[], facts: Partial<HostFacts> = {}): DesiredHost =>
  desiredHost(plugged, aHostFacts({ hostName: HOST, ...facts }));
/** null: groups are off. */
const withGroups = (definitions: KnownDefinitions | null): Partial<HostFacts> =>
  definitions === null ? {} : { enforcesGroups: true, definitions };

/** The same rules with three sets of members, and others. */
const DEFINITIONS: readonly KnownDefinitions[] = [1, 2, 3, 4].map((n) => ({
  ...NOTHING_KNOWN,
  portOf: () => ({ groupIds: ['a'], portSecurity: true }),
  groupOf: () => ({ rules: n === 4 ? [] : [aRule({ remoteGroupId: 'b' })] }),
  membersOf: () => new Set(Array.from({ length: n }, (_, at) => `10.9.0.${at + 1}`)),
}));
/** Groups that stay, and limits that change. */
const LIMITED: readonly KnownDefinitions[] = [1, 2].map((n) => ({
  ...NOTHING_KNOWN,
  portOf: (id) => ({
    ...{ groupIds: ['a'], portSecurity: true },
    ...(n === 1 && id < '8'
      ? {}
      : { limits: { ingress: { perSecond: n, burst: 1 }, ...(id < 'c' ? { dscp: n } : {}) } }),
  }),
}));
const membersOf = ({ groups }: DesiredHost) =>
  Object.fromEntries(groups?.remotes.map(({ id, sum }) => [id, sum]) ?? []);

const kinds = (steps: readonly Step[]) => steps.map(({ kind }) => kind);

describe('next steps of a host', () => {
  it('builds an empty host in an order in which nothing is ever open', () => {
    expect(kinds(nextSteps(aDesiredHost(bindings.slice(0, 2)), NOTHING_OBSERVED))).toEqual([
      ...['prepare-host', 'make-network', 'set-firewall', 'plug-taps', 'serve-dhcp', 'serve-metadata'],
    ]);
  });

  it('brings any host to anything, whatever was begun before and given up in the middle', async () => {
    const some = fc.subarray(bindings);
    const definitions = fc.constantFrom(null, ...DEFINITIONS, ...LIMITED);
    const attempts = fc.array(fc.record({ desired: some, done: fc.nat({ max: 18 }), definitions }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(attempts, some, definitions, async (before, last, known) => {
        const driver = aDriver();
        for (const { desired, done, definitions: heard } of before) {
          const steps = nextSteps(aDesiredHost(desired, withGroups(heard)), await driver.look(HOST));
          for (const step of steps.slice(0, done)) await driver.carryOut(HOST, step);
        }
        const desired = aDesiredHost(last, withGroups(known));
        for (const step of nextSteps(desired, await driver.look(HOST))) await driver.carryOut(HOST, step);
        const observed = await driver.look(HOST);
        expect(nextSteps(desired, observed)).toEqual([]);
        expect(observed.taps.map(({ name }) => name).sort()).toEqual(last.map(({ port }) => tapName(port.id)).sort());
        expect(observed.networks).toHaveLength(new Set(last.map(({ network }) => network.id)).size);
        expect(observed.networks.filter(({ tracked }) => tracked)).toHaveLength(
          known === null ? 0 : observed.networks.length,
        );
        const taps = new Map(observed.taps.map(({ name, shape }) => [name, shape]));
        for (const { tap, traffic } of desired.networks.flatMap(({ ports }) => ports))
          expect(taps.get(tap)).toBe(traffic?.shape ? shapeName(traffic.shape) : null);
        expect(observed.limits).toBe(desired.limits);
        expect(observed.groups?.members).toEqual(known === null ? undefined : membersOf(desired));
      }),
    );
  });

  it('enforces groups by steps between which no frame meets rules that it cannot pass', async () => {
    const driver = aDriver();
    const [first, second, , other] = DEFINITIONS;
    const to = async (definitions: KnownDefinitions | null | undefined, known = true) => {
      const desired = aDesiredHost(bindings.slice(0, 2), {
        ...withGroups(definitions ?? null),
        definitionsKnown: known,
      });
      const steps = nextSteps(desired, await driver.look(HOST));
      for (const step of steps) await driver.carryOut(HOST, step);
      return kinds(steps);
    };
    await to(null);
    expect(await to(first)).toEqual(['track-connections', 'set-firewall']);
    expect(await to(second)).toEqual(['set-members']);
    expect(await to(other)).toEqual(['set-firewall']);
    // An agent that has just started has heard of nothing: that is no change.
    expect(await to(NOTHING_KNOWN, false)).toEqual([]);
    expect(await to(null)).toEqual(['set-firewall', 'track-connections']);
    expect((await driver.look(HOST)).groups).toBeNull();
  });

  it('limits ports by one step for what changes, and leaves limits that stand until it knows', async () => {
    const driver = aDriver();
    const [binding] = bindings;
    const to = async (limits: TrafficLimits | null, facts: Partial<HostFacts> = {}, flavor?: TrafficLimits) => {
      const definitions = {
        ...NOTHING_KNOWN,
        portOf: () => ({ groupIds: [], portSecurity: true, ...(limits && { limits }) }),
      };
      const network = { ...networks[0], limits: { dscp: 8 } } as Network;
      const own = binding && [{ ...binding, network, ...(flavor && { limits: flavor }) }];
      const steps = nextSteps(aDesiredHost(own ?? [], { definitions, ...facts }), await driver.look(HOST));
      for (const step of steps) await driver.carryOut(HOST, step);
      return kinds(steps);
    };
    const rate = { perSecond: 1_000, burst: 0 };
    await to({});
    expect((await driver.look(HOST)).limits).toBeNull();
    expect(await to({ ingress: rate })).toEqual(['shape-taps']);
    expect(await to({ ingress: rate, egress: rate })).toEqual(['set-limits']);
    expect(await to({ ingress: { ...rate, burst: 100_000 }, egress: rate })).toEqual(['shape-taps']);
    expect(await to({ ingress: { ...rate, burst: 100_000 }, egress: rate })).toEqual([]);
    expect(await to({}, { definitionsKnown: false })).toEqual([]);
    expect(await to({}, { complete: false })).toEqual([]);
    expect(await to({})).toEqual(['set-limits', 'shape-taps']);
    expect(await to({}, {}, { egress: rate })).toEqual(['set-limits']);
    // Without a policy of its own that of its network counts.
    expect(await to({})).toEqual(['set-limits']);
    expect(await to(null)).toEqual(['set-limits']);
    expect((await driver.look(HOST)).limits).not.toBeNull();
  });

  it('takes the bridge of a network down that its admin has disabled, and up again', async () => {
    const driver = aDriver();
    const to = async (adminStateUp: boolean) => {
      const own = bindings.slice(0, 1).map((one) => ({ ...one, network: { ...one.network, adminStateUp } }));
      const steps = nextSteps(aDesiredHost(own), await driver.look(HOST));
      for (const step of steps) await driver.carryOut(HOST, step);
      return { steps: kinds(steps), up: (await driver.look(HOST)).networks.map(({ up }) => up) };
    };
    expect((await to(true)).up).toEqual([true]);
    expect(await to(false)).toEqual({ steps: ['make-network'], up: [false] });
    expect(await to(false)).toEqual({ steps: [], up: [false] });
    expect(await to(true)).toEqual({ steps: ['make-network'], up: [true] });
  });

  it('closes a host whose groups it has not heard of yet', async () => {
    const desired = aDesiredHost(bindings.slice(0, 1), {
      ...withGroups(NOTHING_KNOWN),
      definitionsKnown: false,
    });
    expect(kinds(nextSteps(desired, NOTHING_OBSERVED))).toContain('set-firewall');
    expect(desired.groups).toMatchObject({ ports: [{ index: expect.any(Number) }], profiles: [{ rules: [] }] });
  });

  it('unplugs unknown taps only when it knows the whole desired state', async () => {
    const driver = aDriver();
    for (const step of nextSteps(aDesiredHost(bindings.slice(0, 2)), NOTHING_OBSERVED))
      await driver.carryOut(HOST, step);
    const observed = await driver.look(HOST);
    expect(nextSteps(aDesiredHost([], { complete: false }), observed)).toEqual([]);

    const [gone] = bindings;
    const goneTaps = new Set([tapName(gone?.port.id ?? '')]);
    const steps = nextSteps(aDesiredHost([], { complete: false, goneTaps }), observed);
    expect(steps).toContainEqual({ kind: 'unplug-taps', taps: [...goneTaps] });
    expect(kinds(steps)).not.toContain('remove-network');
    expect(kinds(nextSteps(aDesiredHost([]), observed))).toEqual([
      ...['set-firewall', 'unplug-taps', 'stop-dhcp', 'remove-network', 'stop-metadata'],
    ]);
  });

  it('tells a DHCP server that runs of a new port, and starts it anew when its bridge was made anew', async () => {
    const driver = aDriver();
    for (const step of nextSteps(aDesiredHost(bindings.slice(0, 1)), NOTHING_OBSERVED))
      await driver.carryOut(HOST, step);
    const observed = await driver.look(HOST);
    const both = aDesiredHost(bindings.slice(0, 2));
    expect(kinds(nextSteps(both, observed))).toEqual(['set-firewall', 'plug-taps', 'tell-dhcp']);
    expect(kinds(nextSteps(both, { ...observed, networks: [] }))).toContain('serve-dhcp');
  });

  it('makes a network again that is not as it was made, also when only a look inside shows it', async () => {
    const driver = aDriver();
    const desired = aDesiredHost(bindings.slice(0, 1));
    for (const step of nextSteps(desired, NOTHING_OBSERVED)) await driver.carryOut(HOST, step);
    const observed = await driver.look(HOST);
    const changed = (change: Partial<ObservedNetwork>) =>
      kinds(nextSteps(desired, { ...observed, networks: observed.networks.map((one) => ({ ...one, ...change })) }));
    expect(changed({ inside: null })).toEqual([]);
    const [inside] = observed.networks.map((one) => one.inside);
    if (!inside) throw new Error('looked into');
    for (const change of [
      { form: null },
      { slot: 7 },
      { outside: true },
      { up: false },
      { inside: { ...inside, rules: null } },
      { inside: { ...inside, addresses: [] } },
      { inside: { ...inside, destinations: [...inside.destinations, 'default'] } },
      { inside: { ...inside, up: false } },
    ]) {
      expect(changed(change)).toEqual(['make-network']);
    }
    // Its DHCP server is in the namespace that has gone.
    expect(changed({ connected: false })).toEqual(['make-network', 'serve-dhcp']);
  });

  it("keeps a port's own steps apart from those of other networks", () => {
    const steps = nextSteps(aDesiredHost([...bindings.slice(0, 1), ...bindings.slice(3, 4)]), NOTHING_OBSERVED);
    const chosen = stepsFor(bridgeName(networks[0]?.id ?? ''), steps);
    expect(chosen.filter((step) => 'bridge' in step && step.bridge !== bridgeName(networks[0]?.id ?? ''))).toEqual([]);
    expect(kinds(chosen)).toContain('prepare-host');
  });

  it('builds the same for the same bindings in any order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(bindings, { minLength: 9 }), (shuffled) => {
        const slotOf = (networkId: string) => networks.findIndex(({ id }) => id === networkId) + 1;
        expect(aDesiredHost(shuffled, { slotOf })).toEqual(aDesiredHost(bindings, { slotOf }));
      }),
    );
  });

  describe('of routers', () => {
    const [front, back] = [aRange(1), aRange(2)];
    const floating = (portId: string) => [{ id: front.id, address: '198.51.100.5', portId, fixedAddress: '10.1.0.1' }];
    const ports = [aBinding(front, HOST, ['10.1.0.11']), aBinding(back, HOST, ['10.2.0.11'])];
    const gateway = { networkId: front.id, addresses: [], snat: true };
    const routers = [
      aRouter([front, back], { gateway, floating: floating(ports[0]?.port.id ?? '') }),
      aRouter([front, back], { enabled: false }),
      aRouter([back], { routes: [{ destination: '10.77.0.0/16', nexthop: '10.2.0.50' }] }),
    ];
    const hostOf = (
      plugged: readonly DesiredBinding[],
      known: readonly KnownRouter[],
      facts: Partial<HostFacts> = {},
    ) =>
      aDesiredHost(plugged, {
        hasUplink: true,
        definitions: {
          ...NOTHING_KNOWN,
          networkOf: (id) => [front, back].find((one) => one.id === id) ?? null,
          routersOf: (id) => known.filter((one) => one.interfaces.some(({ networkId }) => networkId === id)),
        },
        ...facts,
      });
    const reach = async (driver: ReturnType<typeof aDriver>, desired: DesiredHost) => {
      const done: Step['kind'][] = [];
      // A guest speaks once its port is there.
      for (let round = 1; round <= 2; round++) {
        const steps = nextSteps(desired, await driver.look(HOST));
        for (const step of steps) await driver.carryOut(HOST, step);
        done.push(...kinds(steps));
      }
      return done;
    };

    it('brings any host to anything, whatever was begun before and given up in the middle', async () => {
      const attempt = { plugged: fc.subarray(ports), known: fc.subarray(routers) };
      const attempts = fc.array(fc.record({ ...attempt, done: fc.nat({ max: 12 }) }), { maxLength: 5 });
      await fc.assert(
        fc.asyncProperty(attempts, fc.record(attempt), async (before, { plugged, known }) => {
          const driver = aDriver();
          for (const one of before) {
            const steps = nextSteps(hostOf(one.plugged, one.known), await driver.look(HOST));
            for (const step of steps.slice(0, one.done)) await driver.carryOut(HOST, step);
          }
          const desired = hostOf(plugged, known);
          await reach(driver, desired);
          const observed = await driver.look(HOST);
          expect(nextSteps(desired, observed)).toEqual([]);
          expect(observed.routers.map(({ router }) => router).sort()).toEqual(
            desired.routers.map(({ part }) => part).sort(),
          );
          expect(observed.floating).toEqual(desired.floating.map(({ address, router }) => ({ address, router })));
          expect(observed.networks.map(({ bridge }) => bridge).sort()).toEqual(
            desired.networks.map(({ bridge }) => bridge).sort(),
          );
        }),
      );
    });

    it('makes networks before the router, leads addresses to it after it, and removes it before its networks', async () => {
      const driver = aDriver();
      expect(await reach(driver, hostOf(ports.slice(0, 1), routers))).toEqual([
        ...['prepare-host', 'make-network', 'make-network', 'make-router', 'set-firewall'],
        ...['plug-taps', 'serve-metadata', 'set-floating'],
      ]);
      expect(await reach(driver, hostOf([], routers))).toEqual([
        ...['set-firewall', 'set-floating', 'unplug-taps'],
        ...['remove-router', 'remove-network', 'remove-network', 'stop-metadata'],
      ]);
    });

    it('leaves routers as they stand until it has heard of definitions and knows all bindings', async () => {
      const driver = aDriver();
      await reach(driver, hostOf(ports.slice(0, 1), routers));
      const before = await driver.look(HOST);
      const none = { definitions: NOTHING_KNOWN, definitionsKnown: false };
      expect(
        nextSteps(hostOf(ports.slice(0, 1), [], none), before).filter(({ kind }) => kind !== 'serve-metadata'),
      ).toEqual([]);
      expect(nextSteps(hostOf(ports.slice(0, 1), routers, { complete: false }), before)).toEqual([]);
      const changes = kinds(nextSteps(hostOf(ports.slice(0, 1), [], { complete: false }), before));
      expect(changes.filter((kind) => kind.startsWith('remove') || kind === 'set-floating')).toEqual([]);
    });

    it('makes a router again when a network of it was made again, or when it is not as it was made', async () => {
      const driver = aDriver();
      const desired = hostOf(ports, routers.slice(0, 1));
      await reach(driver, desired);
      const observed = await driver.look(HOST);
      const lost = observed.networks.map((one) => ({ ...one, connected: false }));
      expect(kinds(nextSteps(desired, { ...observed, networks: lost }))).toContain('make-router');
      for (const change of [{ form: null }, { slot: 9 }, { outside: false }]) {
        const changed = observed.routers.map((one) => ({ ...one, ...change }));
        expect(kinds(nextSteps(desired, { ...observed, routers: changed }))).toEqual(['make-router']);
      }
      const inside = observed.routers[0]?.inside;
      if (!inside) throw new Error('looked into');
      for (const change of [{ up: false }, { rules: null }, { addresses: [] }, { routes: [] }]) {
        const changed = observed.routers.map((one) => ({ ...one, inside: { ...inside, ...change } }));
        expect(kinds(nextSteps(desired, { ...observed, routers: changed }))).toEqual(['make-router']);
      }
    });

    it('leads a floating address to its guest where that speaks, as after a live migration', async () => {
      const driver = aDriver();
      const desired = hostOf(ports.slice(0, 1), routers);
      await reach(driver, desired);
      const observed = await driver.look(HOST);
      const taps = observed.taps.map((one) => ({ ...one, speaks: false }));
      expect(nextSteps(desired, { ...observed, taps, floating: [] })).toEqual([]);
      expect(nextSteps(desired, { ...observed, taps })).toEqual([{ kind: 'set-floating', desired: [] }]);
      expect(nextSteps(desired, { ...observed, floating: [] })).toEqual([
        { kind: 'set-floating', desired: [{ address: '198.51.100.5', router: desired.routers[0]?.part ?? '' }] },
      ]);
    });

    it('leads no address of the host itself to a guest', async () => {
      const driver = aDriver();
      const desired = hostOf(ports.slice(0, 1), routers);
      await reach(driver, desired);
      const observed = { ...(await driver.look(HOST)), announcesFrom: ['198.51.100.5'] };
      expect(nextSteps(desired, observed)).toEqual([{ kind: 'set-floating', desired: [] }]);
      expect(nextSteps(desired, { ...observed, floating: [] })).toEqual([]);
    });

    it('is no concern of a port', () => {
      const steps = nextSteps(hostOf(ports, routers), NOTHING_OBSERVED);
      const ofPort = kinds(stepsFor(bridgeName(front.id), steps));
      expect(ofPort).not.toContain('make-router');
      expect(ofPort).not.toContain('set-floating');
      expect(ofPort).toContain('make-network');
    });
  });
});
