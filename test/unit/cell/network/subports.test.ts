import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '#platform/logging/logger.ts';
import type { DesiredBinding } from '#platform/objects/port-binding.ts';
import { desiredHost } from '../../../../cell/network/desired-host.ts';
import { createFakeDriver } from '../../../../cell/network/drivers/fake/fake-driver.ts';
import { renderPortFilter } from '../../../../cell/network/drivers/linux/port-filter.ts';
import { HostKeeper } from '../../../../cell/network/host-keeper.ts';
import { bridgeName, tapName } from '../../../../cell/network/names.ts';
import { nextSteps, type Step } from '../../../../cell/network/next-steps.ts';
import { aBinding, aNetwork } from '../../../integration/cell/network/a-binding.ts';
import { aHostFacts } from '../../../support/host-facts.ts';

const HOST = 'sim-001';
const aDriver = (subportProblem: string | null = null) =>
  createFakeDriver({
    ...{ hostNames: [HOST], plugMs: 0, failHosts: [], hangHosts: [], failPercent: 0 },
    subportProblem,
  });
const [own, other] = [aNetwork(), aNetwork()];
const parents = [1, 2].map((n) => aBinding(own, HOST, [`10.9.0.${n}`]));
const parentAt = (at: number): DesiredBinding => parents[at] ?? aBinding(own, HOST, []);
/** A subport of one of the parents. */
const subport = (at: number, segmentationId: number, n: number): DesiredBinding =>
  aBinding(n % 2 === 0 ? own : other, HOST, [`10.9.0.${n}`], {
    parent: { portId: parentAt(at).port.id, segmentationId },
  });
const desiredOf = (bindings: readonly DesiredBinding[]) => desiredHost(bindings, aHostFacts({ hostName: HOST }));
const plugged = (steps: readonly Step[]) =>
  steps.flatMap((step) => (step.kind === 'plug-taps' ? [{ bridge: step.bridge, taps: step.taps }] : []));

describe('subports on a host', () => {
  const one = subport(0, 7, 11);
  const vlan = { tap: tapName(parentAt(0).port.id), id: 7 };

  it('are made on the tap of their parent, in the bridge of their own network, after all taps', async () => {
    const driver = aDriver();
    // The network of the subport comes first.
    const steps = nextSteps(desiredOf([one, parentAt(0)]), await driver.look(HOST));
    expect(plugged(steps)).toEqual([
      { bridge: bridgeName(own.id), taps: [{ name: vlan.tap, exists: false }] },
      { bridge: bridgeName(other.id), taps: [{ name: tapName(one.port.id), exists: false, vlan }] },
    ]);
  });

  it('are made anew with another tag, on another parent, and when they had a tap of their own', async () => {
    const driver = aDriver();
    const { parent: _, ...tap } = one;
    const forms = [tap, one, { ...one, parent: { portId: parentAt(0).port.id, segmentationId: 8 } }];
    const last = { ...one, parent: { portId: parentAt(1).port.id, segmentationId: 8 } };
    for (const form of [...forms, last]) {
      const desired = desiredOf([...parents, form]);
      const steps = nextSteps(desired, await driver.look(HOST));
      expect(plugged(steps).flatMap(({ taps }) => taps)).toContainEqual(
        expect.objectContaining({ name: tapName(one.port.id), exists: false }),
      );
      for (const step of steps) await driver.carryOut(HOST, step);
      expect(nextSteps(desired, await driver.look(HOST))).toEqual([]);
    }
  });

  it('come and go with and without their parents, whatever was given up in the middle', async () => {
    const subports = [subport(0, 7, 11), subport(0, 8, 12), subport(1, 7, 13), subport(1, 8, 14)];
    const some = fc
      .tuple(fc.subarray([0, 1]), fc.subarray(subports))
      .map(([there, asked]) =>
        [...there.map(parentAt), ...asked].filter(
          ({ parent }) => parent === undefined || there.some((at) => parentAt(at).port.id === parent.portId),
        ),
      );
    const attempts = fc.array(fc.record({ desired: some, done: fc.nat({ max: 14 }) }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(attempts, some, async (before, last) => {
        const driver = aDriver();
        for (const { desired, done } of before)
          for (const step of nextSteps(desiredOf(desired), await driver.look(HOST)).slice(0, done))
            await driver.carryOut(HOST, step);
        for (const step of nextSteps(desiredOf(last), await driver.look(HOST))) await driver.carryOut(HOST, step);
        const observed = await driver.look(HOST);
        expect(nextSteps(desiredOf(last), observed)).toEqual([]);
        expect(observed.taps.map(({ name }) => name).sort()).toEqual(last.map(({ port }) => tapName(port.id)).sort());
      }),
    );
  });

  it('pass the rules that every port has', () => {
    const { networks } = desiredOf([parentAt(0), one]);
    const rules = renderPortFilter(networks, 'sum', null);
    for (const { port } of [parentAt(0), one]) {
      expect(rules).toContain(`"${tapName(port.id)}" : goto from-${tapName(port.id)}`);
      expect(rules).toContain(port.mac);
    }
  });

  it('are refused for good where the kernel gives no tags; their parent is plugged', async () => {
    const keeper = new HostKeeper({ hostName: HOST, driver: aDriver('no tags here.'), log: silentLogger });
    const [parent, refused] = await Promise.all([keeper.converge(parentAt(0)), keeper.converge(one)]);
    expect(parent).toMatchObject({ present: true, settled: true, error: null });
    const message = `Port ${one.port.id} cannot be a subport of port ${parentAt(0).port.id} here: no tags here.`;
    expect(refused).toMatchObject({ present: false, settled: false, error: { message, permanent: true } });
    const gone = { ...one, present: false, generation: 2 };
    expect(await keeper.converge(gone)).toMatchObject({ present: false, settled: true, error: null });
    await keeper.close();
  });
});
