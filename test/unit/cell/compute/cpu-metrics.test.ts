import { expect, it } from 'vitest';
import { CpuMonitor, cpuMetrics, parseCpuTimes } from '../../../../cell/compute/cpu-metrics.ts';

const stat = (user: number, idle: number) =>
  `cpu  ${user} 10 20 ${idle} 5 1 2 3 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\nintr 5\n`;

it('times of all processors are read from the first line of /proc/stat', () => {
  expect(parseCpuTimes(stat(100, 1_000))).toEqual({ user: 110, kernel: 26, idle: 1_000, iowait: 5 });
  expect(() => parseCpuTimes('cpu0 1 2 3\n')).toThrow(/no line of times/);
});

it('percents are of the time between two looks', () => {
  const before = { user: 100, kernel: 100, idle: 1_000, iowait: 0 };
  const metrics = cpuMetrics(before, { user: 150, kernel: 120, idle: 1_120, iowait: 10 }, 2_400);
  expect(metrics).toMatchObject({
    'cpu.frequency': 2_400,
    'cpu.user.percent': 25,
    'cpu.kernel.percent': 10,
    'cpu.idle.percent': 60,
    'cpu.iowait.percent': 5,
    'cpu.percent': 40,
    'cpu.user.time': 1.5e9,
  });
  expect(cpuMetrics(before, before, 0)['cpu.percent']).toBe(0);
});

it('a monitor measures no more often than it should, so a host that is as it was announces nothing', async () => {
  const clock = { ms: 0, now: () => clock.ms };
  const texts = [stat(100, 1_000), stat(200, 1_000), stat(200, 1_100)];
  let looks = 0;
  const monitor = new CpuMonitor(60_000, clock, async () => texts[looks++] ?? '');
  const first = await monitor.metrics();
  clock.ms = 59_999;
  expect(await monitor.metrics()).toBe(first);
  clock.ms = 60_000;
  expect((await monitor.metrics())['cpu.user.percent']).toBe(100);
  clock.ms = 120_000;
  expect((await monitor.metrics())['cpu.percent']).toBe(0);
  expect(looks).toBe(3);
});
