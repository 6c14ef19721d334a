import { expect, test } from 'vitest';
import { guestLimits } from '../../../../../../cell/compute/drivers/qemu/guest-limits.ts';

const MIB = 1024 ** 2;

test('memory is that of the flavor, a margin, and a part of the flavor, with as much swap', () => {
  const limits = guestLimits({ vcpus: 1, ramMb: 2048 }, 256);
  const bytes = (2048 + 256 + 64) * MIB;
  expect(limits[1].memory).toEqual({ 'memory.limit_in_bytes': bytes, 'memory.memsw.limit_in_bytes': 2 * bytes });
  expect(limits[2].memory).toEqual({ 'memory.max': bytes, 'memory.swap.max': bytes });
});

test('the processors are shared by how many the flavors have, within what the kernel takes', () => {
  expect(guestLimits({ vcpus: 4, ramMb: 64 }, 256)[1].cpu).toEqual({ 'cpu.shares': 4096 });
  expect(guestLimits({ vcpus: 4, ramMb: 64 }, 256)[2].cpu).toEqual({ 'cpu.weight': 400 });
  expect(guestLimits({ vcpus: 500, ramMb: 64 }, 256)[1].cpu).toEqual({ 'cpu.shares': 262_144 });
  expect(guestLimits({ vcpus: 500, ramMb: 64 }, 256)[2].cpu).toEqual({ 'cpu.weight': 10_000 });
});

test('there are threads enough for every processor and all of its I/O', () => {
  expect(guestLimits({ vcpus: 8, ramMb: 64 }, 256)[2].pids).toEqual({ 'pids.max': 264 });
});
