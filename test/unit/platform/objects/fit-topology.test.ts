import { expect, it } from 'vitest';
import { formatCpuSet, parseCpuSet } from '#platform/objects/cpu-set.ts';
import { topologyFitter } from '#platform/objects/fit-topology.ts';
import { freeNodes } from '#platform/objects/free-nodes.ts';
import { changedUse, type GuestPlacement, useOf } from '#platform/objects/guest-placement.ts';
import type { GuestTopology } from '#platform/objects/guest-topology.ts';
import type { HostNode, NodeUse } from '#platform/objects/host-topology.ts';
import { SeededRandom } from '../../scheduler/seeded-random.ts';
import { fitsSomehow } from './reference-fit.ts';

const RATIOS = { vcpus: 2, ramMb: 1.5 };
const PAIRS = 3_000;

function someNodes(random: SeededRandom): HostNode[] {
  const threads = random.of([1, 1, 2]);
  return Array.from({ length: 1 + random.below(4) }, (_, id) => {
    const first = id * 16;
    const own = random.below(7);
    const dedicated = Array.from({ length: own }, (__, at) => first + at);
    const cores = Array.from({ length: Math.ceil(own / threads) }, (__, at) =>
      formatCpuSet(dedicated.slice(at * threads, (at + 1) * threads)),
    );
    return {
      ...{ id, dedicated: formatCpuSet(dedicated), cores: threads === 1 ? [] : cores },
      shared: formatCpuSet(Array.from({ length: random.below(4) }, (__, at) => first + 8 + at)),
      ramMb: random.of([1_024, 2_048]),
      pages: [
        { sizeKb: 4, total: 512 * 256 },
        ...(random.once(2) ? [{ sizeKb: 2_048, total: random.of([0, 128, 512]) }] : []),
      ],
    };
  });
}

function someGuest(random: SeededRandom): GuestTopology {
  let next = 0;
  const nodes = Array.from({ length: 1 + random.below(3) }, () => {
    const cpus = Array.from({ length: 1 + random.below(3) }, () => next++);
    const kind = random.below(3);
    const dedicated = kind === 0 ? cpus : kind === 1 ? [] : cpus.slice(1);
    return { cpus: formatCpuSet(cpus), dedicated: formatCpuSet(dedicated), ramMb: random.of([64, 255, 512, 1_100]) };
  });
  return {
    nodes,
    pages: random.of<GuestTopology['pages']>([null, null, 'small', 'large', 'any', 2_048, 1_048_576]),
    threads: random.of<GuestTopology['threads']>([null, 'prefer', 'isolate', 'require']),
    emulator: random.of<GuestTopology['emulator']>([null, null, 'isolate', 'share']),
  };
}

/** No CPU is given twice, nothing of a node is given more often than it is there, and the guest has all that it asked for. */
function expectSound(
  guest: GuestTopology,
  placement: GuestPlacement,
  nodes: readonly HostNode[],
  before: readonly NodeUse[],
) {
  expect(placement.nodes.map(({ cpus, ramMb }) => ({ cpus, ramMb }))).toEqual(
    guest.nodes.map(({ cpus, ramMb }) => ({ cpus, ramMb })),
  );
  expect(new Set(placement.nodes.map(({ hostNode }) => hostNode)).size).toBe(guest.nodes.length);
  expect(placement.emulatorCpu === null).toBe(guest.emulator !== 'isolate');
  placement.nodes.forEach(({ hostNode, pins, empty }, at) => {
    const own = [
      ...Object.values(pins),
      ...parseCpuSet(empty),
      ...(at === 0 ? [placement.emulatorCpu ?? []].flat() : []),
    ];
    expect(Object.keys(pins).map(Number)).toEqual(parseCpuSet(guest.nodes[at]?.dedicated ?? ''));
    expect(new Set(own).size).toBe(own.length);
    const taken = parseCpuSet(before.find(({ id }) => id === hostNode)?.cpus ?? '');
    const dedicated = parseCpuSet(nodes.find(({ id }) => id === hostNode)?.dedicated ?? '');
    expect(own.filter((cpu) => taken.includes(cpu) || !dedicated.includes(cpu))).toEqual([]);
  });
  for (const use of changedUse(before, useOf(placement), 1)) {
    const node = nodes.find(({ id }) => id === use.id);
    for (const { sizeKb, used } of use.pages) {
      expect(used).toBeLessThanOrEqual(node?.pages.find((pool) => pool.sizeKb === sizeKb)?.total ?? 0);
    }
  }
}

it('finds a placement if there is any, which gives nothing twice, and finds the same again', () => {
  let [fitted, refused] = [0, 0];
  for (let seed = 1; fitted + refused < PAIRS; seed++) {
    const random = new SeededRandom(seed);
    const nodes = someNodes(random);
    let used: readonly NodeUse[] = [];
    const placed: GuestPlacement[] = [];
    for (let guests = 0; guests < 6; guests++) {
      const guest = someGuest(random);
      const placement = topologyFitter(guest).placementOn(freeNodes(nodes, used), RATIOS);
      const what = JSON.stringify({ seed, guests, guest, nodes, used });
      expect({ what, fits: placement !== null }).toEqual({
        what,
        fits: fitsSomehow(guest, { nodes, used, ratios: RATIOS }),
      });
      expect(topologyFitter(guest).fits(freeNodes(nodes, used), RATIOS)).toBe(placement !== null);
      if (placement === null) {
        refused += 1;
        continue;
      }
      fitted += 1;
      expectSound(guest, placement, nodes, used);
      expect(topologyFitter(guest).placementOn(freeNodes(nodes, used), RATIOS)).toEqual(placement);
      used = changedUse(used, useOf(placement), 1);
      placed.push(placement);
    }
    for (const placement of placed) used = changedUse(used, useOf(placement), -1);
    expect(used).toEqual([]);
  }
  expect(fitted).toBeGreaterThan(PAIRS / 6);
  expect(refused).toBeGreaterThan(PAIRS / 8);
});

it('answers at once for many nodes of which one fits nowhere', () => {
  const nodes = Array.from({ length: 32 }, (_, id) => ({
    ...{ id, shared: '', dedicated: `${id}`, cores: [], ramMb: id === 0 ? 1 : 1_024 },
    pages: [],
  }));
  const guest: GuestTopology = {
    nodes: nodes.map(({ id }) => ({ cpus: `${id}`, dedicated: `${id}`, ramMb: 512 })),
    ...{ pages: null, threads: null, emulator: null },
  };
  const before = performance.now();
  expect(topologyFitter(guest).placementOn(freeNodes(nodes, []), RATIOS)).toBeNull();
  expect(performance.now() - before).toBeLessThan(1_000);
});

it('keeps the other threads of a core empty for `isolate`, and fills cores otherwise', () => {
  const node: HostNode = {
    id: 0,
    shared: '',
    dedicated: '0-7',
    cores: ['0,4', '1,5', '2,6', '3,7'],
    ramMb: 1_024,
    pages: [],
  };
  const pinsOf = (threads: GuestTopology['threads']) => {
    const guest: GuestTopology = {
      nodes: [{ cpus: '0-1', dedicated: '0-1', ramMb: 1 }],
      pages: null,
      threads,
      emulator: null,
    };
    const placed = topologyFitter(guest).placementOn(freeNodes([node], []), RATIOS)?.nodes[0];
    return [placed?.pins, placed?.empty];
  };
  expect(pinsOf('isolate')).toEqual([{ 0: 0, 1: 1 }, '4-5']);
  expect(pinsOf('prefer')).toEqual([{ 0: 0, 1: 4 }, '']);
  expect(pinsOf('require')).toEqual([{ 0: 0, 1: 4 }, '']);
});
