import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '#platform/config/load.ts';
import type { DesiredBinding } from '#platform/objects/port-binding.ts';
import { networkSection } from '../../cell/network/config.ts';
import { type DesiredHost, desiredHost } from '../../cell/network/desired-host.ts';
import { dhcpDir, type HostSetup, hostSetup, metadataDir } from '../../cell/network/drivers/linux/host-setup.ts';
import { createLinuxDriver } from '../../cell/network/drivers/linux/linux-driver.ts';
import { tearDown } from '../../cell/network/drivers/linux/tear-down.ts';
import { nextSteps } from '../../cell/network/next-steps.ts';
import { Slots } from '../../cell/network/slots.ts';
import { aBinding, aNetwork } from '../integration/cell/network/a-binding.ts';
import { aHostFacts } from '../support/host-facts.ts';
import { atInterrupt, interruptible } from '../support/interruptible.ts';
import { scriptOptions } from '../support/script-options.ts';

const HELP = `node test/bench/host-networks.ts [--networks 200]

Makes networks of one port each on this machine, in namespaces of their own, and prints how long that takes and how
much memory it needs. Needs root.
`;
const options = scriptOptions(HELP, { networks: { type: 'string', default: '200' } }, { counts: ['networks'] });
const HOST = 'host-1';
const slots = new Slots();

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'volvox-networks-'));
  await chmod(folder, 0o755);
  const environment = {
    VOLVOX_NETWORK_HOST_NAME: HOST,
    VOLVOX_NETWORK_NAMESPACE: `vvb-${process.pid}`,
    VOLVOX_NETWORK_RUNTIME_DIR: join(folder, 'run'),
    VOLVOX_NETWORK_STATE_DIR: join(folder, 'state'),
  };
  const setup = hostSetup(loadConfig({ network: networkSection }, { environment }).network);
  const cleanUp = async () => {
    await tearDown(setup);
    await rm(folder, { recursive: true, force: true });
  };
  const forget = atInterrupt(cleanUp);
  try {
    await measure(setup);
  } finally {
    await print('removing all of it, s', seconds(cleanUp));
    forget();
  }
}

async function measure(setup: HostSetup): Promise<void> {
  const driver = createLinuxDriver(setup);
  await driver.start();
  const reach = async (desired: DesiredHost): Promise<void> => {
    for (const step of nextSteps(desired, await driver.look(HOST))) await driver.carryOut(HOST, step);
    const left = nextSteps(desired, await driver.look(HOST));
    if (left.length > 0) throw new Error(`not reached: ${left.map(({ kind }) => kind).join(', ')}`);
  };
  const bindings = Array.from({ length: Number(options.networks) }, aPort);
  const before = await kernelMb();
  const cpuBefore = await cpuMs();
  await print(
    `making ${bindings.length} networks, s`,
    seconds(() => reach(desiredOf(bindings))),
  );
  const after = await kernelMb();
  await print(
    '  of processors, ms for each network',
    cpuMs().then((ms) => (ms - cpuBefore) / bindings.length),
  );
  await print(
    'one network more, s',
    seconds(() => reach(desiredOf([...bindings, aPort()]))),
  );
  await print(
    'a pass that finds all in order, s',
    seconds(() => driver.look(HOST)),
  );
  const pids = await Promise.all(
    (await readdir(dhcpDir(setup))).map((bridge) => pidIn(join(dhcpDir(setup), bridge, 'pid'))),
  );
  const dhcp = await Promise.all(pids.map(memoryKb));
  await print('DHCP servers', Promise.resolve(pids.length));
  await print('  resident, MB each', Promise.resolve(mean(dhcp.map(({ resident }) => resident)) / 1024));
  await print('  their own share, MB each', Promise.resolve(mean(dhcp.map(({ share }) => share)) / 1024));
  const metadata = await memoryKb(await pidIn(join(metadataDir(setup), 'pid')));
  await print('metadata server, resident, MB', Promise.resolve(metadata.resident / 1024));
  await print(
    'kernel memory (slab and per CPU), KB for each network',
    Promise.resolve(((after - before) * 1024) / bindings.length),
  );
}

const aPort = (): DesiredBinding => aBinding(aNetwork(), HOST, ['10.9.0.11']);

const desiredOf = (bindings: readonly DesiredBinding[]): DesiredHost =>
  desiredHost(bindings, aHostFacts({ slotOf: (networkId) => slots.of(networkId) }));

async function print(what: string, figure: Promise<number>): Promise<void> {
  const value = await figure;
  console.log(`${what.padEnd(60)} ${Number.isInteger(value) ? value : value.toFixed(2)}`);
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return (performance.now() - from) / 1000;
}

const pidIn = async (file: string): Promise<number> => Number((await readFile(file, 'utf8')).trim());

/** `share`: pages that several processes have are counted in parts (PSS). */
async function memoryKb(pid: number): Promise<{ resident: number; share: number }> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  const line = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? Number.NaN);
  return { resident: line('Rss'), share: line('Pss') };
}

async function kernelMb(): Promise<number> {
  const text = await readFile('/proc/meminfo', 'utf8');
  const line = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? Number.NaN);
  return (line('Slab') + line('Percpu') + line('KernelStack')) / 1024;
}

/** Of this process and the programs that it ran; the kernel counts hundredths of a second (proc(5)). */
async function cpuMs(): Promise<number> {
  const [, fields = ''] = (await readFile('/proc/self/stat', 'utf8')).split(') ');
  const ticks = fields.split(' ').slice(11, 15).map(Number);
  return ticks.reduce((sum, one) => sum + one, 0) * 10;
}

const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;

await interruptible(main);
