import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Logger } from '#platform/logging/logger.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { GuestCgroups } from '../../../../../../cell/compute/drivers/qemu/guest-cgroups.ts';

/** The files of the kernel's interface as plain files: what is written to them can be read, and nothing else happens. */
let mount: string;
let warnings: unknown[];
beforeEach(async () => {
  mount = await mkdtemp(join(tmpdir(), 'volvox-cgroups-'));
  warnings = [];
});
afterEach(() => rm(mount, { recursive: true }));

const log: Logger = Object.assign(Object.create(silentLogger), {
  info: () => undefined,
  warn: (details: unknown, text?: string) => void warnings.push(text ?? details),
});
const groupsOf = async (parent: string): Promise<GuestCgroups> => {
  const groups = new GuestCgroups({ parent, stateDir: '/var/lib/a', marginMb: 256, log, mount });
  await groups.open();
  return groups;
};
/** As the agent with this state folder calls its group. */
const AGENT = createHash('sha256').update('/var/lib/a').digest('hex').slice(0, 8);
const MIB = 1024 ** 2;

describe('control groups of guests', () => {
  it('of version 1 are one for each controller that there is', async () => {
    for (const controller of ['memory', 'pids']) {
      await mkdir(join(mount, controller));
      await writeFile(join(mount, controller, 'cgroup.procs'), '');
    }
    const groups = await groupsOf('volvox');
    expect(groups.controllers).toEqual(['memory', 'pids']);
    expect(warnings).toEqual(['guests are not limited in everything: control groups are missing']);
    const [memory = '', pids = ''] = await groups.prepare('a-guest', { vcpus: 2, ramMb: 64 });
    expect(memory).toMatch(/\/memory\/volvox\/[0-9a-f]{8}\/a-guest$/);
    expect(await readFile(join(memory, 'memory.limit_in_bytes'), 'utf8')).toBe(String((64 + 256 + 2) * MIB));
    expect(await readFile(join(pids, 'pids.max'), 'utf8')).toBe('258');
  });

  it('of version 2 are one for all, whose controllers every level above passes on', async () => {
    await writeFile(join(mount, 'cgroup.controllers'), 'cpu memory pids\n');
    await writeFile(join(mount, 'cgroup.subtree_control'), 'cpu memory pids\n');
    const levels = [join(mount, 'volvox'), join(mount, 'volvox', AGENT)];
    for (const level of levels) {
      await mkdir(level);
      await writeFile(join(level, 'cgroup.subtree_control'), 'cpu memory pids\n');
    }
    const groups = await groupsOf('volvox');
    expect(groups.controllers).toEqual(['memory', 'cpu', 'pids']);
    expect(warnings).toEqual([]);
    const folders = await groups.prepare('a-guest', { vcpus: 2, ramMb: 64 });
    expect(folders).toEqual([join(levels[1] ?? '', 'a-guest')]);
    expect((await readdir(folders[0] ?? '')).toSorted()).toEqual(['cpu.weight', 'memory.max', 'pids.max']);
    expect(await readFile(join(folders[0] ?? '', 'cpu.weight'), 'utf8')).toBe('200');
  });

  it('limit swap where the kernel counts it', async () => {
    await mkdir(join(mount, 'memory', 'volvox', AGENT, 'a-guest'), { recursive: true });
    await writeFile(join(mount, 'memory', 'cgroup.procs'), '');
    const group = join(mount, 'memory', 'volvox', AGENT, 'a-guest');
    const groups = await groupsOf('volvox');
    // The group is there from a start before, which could not be cleared away.
    await mkdir(group, { recursive: true });
    await writeFile(join(group, 'memory.memsw.limit_in_bytes'), '1');
    await groups.prepare('a-guest', { vcpus: 2, ramMb: 64 });
    const swap = await readFile(join(group, 'memory.memsw.limit_in_bytes'), 'utf8');
    expect(swap).toBe(String(2 * (64 + 256 + 2) * MIB));
  });

  it('that a host does not have are missed in the log, and guests start without them', async () => {
    const groups = await groupsOf('volvox');
    expect(groups.controllers).toEqual([]);
    expect(warnings).toEqual(['guests are not limited in everything: control groups are missing']);
    expect(await groups.prepare('a-guest', { vcpus: 1, ramMb: 64 })).toEqual([]);
    await groups.remove('a-guest');
    await groups.close();
  });

  it('are made by nobody when none are asked for', async () => {
    expect((await groupsOf('')).controllers).toEqual([]);
    expect(warnings).toEqual(['guests get no control group: compute.cgroup is empty, or the agent is not root']);
    expect(await readdir(mount)).toEqual([]);
  });
});
