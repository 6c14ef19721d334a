import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GuestPlacement } from '#platform/objects/guest-placement.ts';
import { runCommand } from '../../../../cell/agent/run-command.ts';
import { stateFolders } from '../../../../cell/compute/drivers/qemu/guest-folder.ts';
import { Qmp } from '../../../../cell/compute/drivers/qemu/qmp.ts';
import { aQemuGuest, pidOf, type QemuAgent, startQemuAgent } from './qemu-agent.ts';
import { type ImageServer, startImageServer, testGuestDisk } from './test-guest.ts';

const HUGE_PAGES = '/sys/devices/system/node/node0/hugepages/hugepages-2048kB';

let stateDir: string;
let images: ImageServer;
let agent: QemuAgent;

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'volvox-qemu-'));
  images = await startImageServer();
  agent = await startQemuAgent(stateDir, { VOLVOX_COMPUTE_DEDICATED_CPUS: '1' });
});
afterEach(async () => {
  for (const { guestId } of await agent.driver.findAll()) await agent.driver.remove(guestId);
  await agent.close();
  images.close();
  await rm(stateDir, { recursive: true });
});

/** Its CPU 1 has CPU 1 of the host; its CPU 0 is on those that guests share, which is CPU 0. */
const mixed = (rest: Partial<GuestPlacement> = {}, pageKb: number | null = null): GuestPlacement => ({
  nodes: [
    { hostNode: 0, cpus: '0', ramMb: 24, pins: {}, empty: '', pageKb },
    { hostNode: 0, cpus: '1', ramMb: 8, pins: { 1: 1 }, empty: '', pageKb },
  ],
  emulator: null,
  emulatorCpu: null,
  ...rest,
});

async function start(placement: GuestPlacement | undefined, vcpus: number) {
  const made = aQemuGuest(images.image(testGuestDisk()));
  const { guestId } = made;
  const desired = { ...made, spec: { ...made.spec, vcpus, ...(placement === undefined ? {} : { placement }) } };
  const observed = await agent.converge(desired);
  expect(observed).toMatchObject({ settled: true, power: 'running', error: null });
  const pid = await pidOf(stateDir, guestId);
  await agent.close();
  const uid = Number(/^Uid:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]);
  const monitor = await Qmp.connect(stateFolders(stateDir).file(guestId, 'monitor'), {
    uid,
    onEvent: () => undefined,
    onClose: () => undefined,
  });
  const [memory, processors, slots] = await Promise.all([
    monitor.execute('query-memdev'),
    monitor.execute('query-cpus-fast'),
    monitor.execute('query-hotpluggable-cpus'),
  ]);
  monitor.close();
  return { guestId, pid, memory, processors: processors as readonly Processor[], slots };
}

interface Processor {
  readonly 'cpu-index': number;
  readonly 'thread-id': number;
  readonly props: { readonly 'node-id': number };
}

/** The CPUs that each thread of a process may run on. */
async function affinities(pid: number): Promise<ReadonlyMap<number, string>> {
  const threads = await readdir(`/proc/${pid}/task`);
  const texts = await Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/status`, 'utf8')));
  return new Map(
    threads.map((thread, at) => [Number(thread), /^Cpus_allowed_list:\s+(.*)$/m.exec(texts[at] ?? '')?.[1] ?? '']),
  );
}

describe.skipIf(cpus().length < 2)('a guest with NUMA nodes', () => {
  it('has them, bound to nodes of its host, and its threads run on the CPUs that it was given', async () => {
    const { pid, memory, processors, slots } = await start(mixed(), 2);
    expect(memory).toMatchObject([
      { id: 'node0', 'host-nodes': [0], policy: 'bind', size: 24 * 1024 ** 2 },
      // What an emulated machine gets in addition.
      { id: 'node1', 'host-nodes': [0], policy: 'bind', size: 8 * 1024 ** 2 + 8_192 },
    ]);
    expect(processors.map((one) => [one['cpu-index'], one.props['node-id']])).toEqual([
      [0, 0],
      [1, 1],
    ]);
    expect(slots).toHaveLength(2);
    const allowed = await affinities(pid);
    expect(processors.map((one) => allowed.get(one['thread-id']))).toEqual(['0', '1']);
  });

  it('keeps the threads of its emulator where the policy says', async () => {
    const shared = await start(mixed({ emulator: 'share' }), 2);
    const allowed = await affinities(shared.pid);
    const ofCpus = new Set(shared.processors.map((one) => one['thread-id']));
    const others = [...allowed].filter(([thread]) => !ofCpus.has(thread)).map(([, list]) => list);
    expect(others.length).toBeGreaterThan(0);
    expect(new Set(others)).toEqual(new Set(['0']));
    expect(shared.processors.map((one) => allowed.get(one['thread-id']))).toEqual(['0', '1']);
  });

  it('is pinned again by the next agent, and another guest keeps off dedicated CPUs', async () => {
    const { guestId, pid, processors } = await start(mixed(), 2);
    const plain = await (async () => {
      agent = await startQemuAgent(stateDir, { VOLVOX_COMPUTE_DEDICATED_CPUS: '1' });
      return await start(undefined, 1);
    })();
    expect(new Set((await affinities(plain.pid)).values())).toEqual(new Set(['0']));
    expect(guestId).not.toBe(plain.guestId);
    await runCommand('taskset', ['--all-tasks', '--cpu-list', '--pid', '0-1', `${pid}`]);
    agent = await startQemuAgent(stateDir, { VOLVOX_COMPUTE_DEDICATED_CPUS: '1' });
    const allowed = await affinities(pid);
    expect(processors.map((one) => allowed.get(one['thread-id']))).toEqual(['0', '1']);
  });

  it('has huge pages of the host, and gives them back', async (context) => {
    const before = (await readFile(`${HUGE_PAGES}/nr_hugepages`, 'utf8').catch(() => '')).trim();
    const free = async () => Number(await readFile(`${HUGE_PAGES}/free_hugepages`, 'utf8'));
    if (before === '') return context.skip('this kernel has no huge pages');
    const target = `${Number(before) + 16}`;
    await writeFile(`${HUGE_PAGES}/nr_hugepages`, target).catch(() => context.skip('no huge pages may be set aside'));
    try {
      const had = await free();
      if (had < 16) return context.skip('no memory is free for huge pages');
      const { memory, guestId } = await start(mixed({}, 2_048), 2);
      expect(memory).toMatchObject([
        { id: 'node0', size: 24 * 1024 ** 2, prealloc: true, 'host-nodes': [0] },
        { id: 'node1', size: 8 * 1024 ** 2, prealloc: true, 'host-nodes': [0] },
      ]);
      expect(had - (await free())).toBe(16);
      agent = await startQemuAgent(stateDir, { VOLVOX_COMPUTE_DEDICATED_CPUS: '1' });
      const [host] = await agent.driver.hosts();
      expect(host?.nodes?.[0]).toMatchObject({ id: 0, dedicated: '1', shared: '0' });
      expect(host?.nodes?.[0]?.pages).toContainEqual({ sizeKb: 2_048, total: Number(target) });
      await agent.driver.remove(guestId);
      expect(await free()).toBe(had);
    } finally {
      await writeFile(`${HUGE_PAGES}/nr_hugepages`, before);
    }
  });
});
