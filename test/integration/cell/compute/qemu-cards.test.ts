import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DesiredGuest, GuestNic } from '#platform/objects/guest.ts';
import { taggedDevices } from '#platform/objects/tagged-devices.ts';
import { runCommand } from '../../../../cell/agent/run-command.ts';
import { makeGuestImage } from '../../../../deploy/local/guest-image/guest-image.ts';
import { TEST_CACHE } from '../../../support/lone-cell.ts';
import { aNic } from '../../../unit/cell/compute/a-guest.ts';
import { aQemuGuest, type QemuAgent, startQemuAgent } from './qemu-agent.ts';
import { type ImageServer, startImageServer, testGuestDisk } from './test-guest.ts';

let stateDir: string;
let images: ImageServer;
let agent: QemuAgent;
let taps: string[];

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'volvox-cards-'));
  images = await startImageServer();
  agent = await startQemuAgent(stateDir);
  taps = [];
});
afterEach(async () => {
  for (const { guestId } of await agent.driver.findAll()) {
    await agent.driver.discardSuspended(guestId);
    await agent.driver.remove(guestId);
  }
  await agent.close();
  images.close();
  for (const tap of taps) await runCommand('ip', ['link', 'delete', 'dev', tap]);
  await rm(stateDir, { recursive: true });
});

async function aCard(index: number): Promise<GuestNic> {
  const tapName = `tap${randomBytes(5).toString('hex')}`;
  await runCommand('ip', ['tuntap', 'add', 'dev', tapName, 'mode', 'tap']);
  taps.push(tapName);
  return { ...aNic(tapName), mac: `52:54:00:00:00:0${index}` };
}
const withCards = (desired: DesiredGuest, nics: GuestNic[], rest: Partial<DesiredGuest> = {}): DesiredGuest => ({
  ...desired,
  generation: desired.generation + 1,
  ...rest,
  spec: { ...desired.spec, nics },
});
/** The devices on PCI as the machine itself has them, by the id of a card's network backend. Its agent must not be connected. */
async function pciDevices(guestId: string): Promise<ReadonlyMap<string, string>> {
  const socket = connect(join(stateDir, 'guests', guestId, 'run', 'qmp.sock'));
  socket.write('{"execute":"qmp_capabilities"}\n{"execute":"query-pci"}\n');
  for await (const line of createInterface(socket)) {
    const answer = JSON.parse(line) as { return?: readonly PciBus[] };
    if (!Array.isArray(answer.return)) continue;
    socket.destroy();
    return new Map(answer.return.flatMap(({ devices }) => devices.flatMap(addresses)));
  }
  throw new Error('the machine does not answer');
}
interface PciBus {
  readonly devices: readonly PciDevice[];
}
interface PciDevice {
  readonly bus: number;
  readonly slot: number;
  readonly function: number;
  readonly qdev_id: string;
  readonly pci_bridge?: { readonly devices?: readonly PciDevice[] };
}
const twoDigits = (value: number): string => value.toString(16).padStart(2, '0');
const addresses = ({ bus, slot, function: one, qdev_id: id, pci_bridge: bridge }: PciDevice): [string, string][] => [
  [id, `0000:${twoDigits(bus)}:${twoDigits(slot)}.${one}`],
  ...(bridge?.devices ?? []).flatMap(addresses),
];
const cards = async ({ guestId }: DesiredGuest) => (await agent.driver.find(guestId))?.cards;

// A guest cannot be told to use a tap of root's, and only root makes taps.
const asRoot = test.skipIf(process.getuid?.() !== 0);

asRoot.each(['pc', 'q35'])('a %s that runs gets a card, keeps it while suspended, and over a restart', async (type) => {
  const image = images.image(testGuestDisk(), { properties: { hw_machine_type: type } });
  let desired = aQemuGuest(image);
  expect(await agent.converge(desired)).toMatchObject({ settled: true });
  // The firmware numbers the buses.
  await vi.waitFor(async () => expect(await agent.console(desired.guestId)).toMatch(/boot$/m), { timeout: 20_000 });
  const [first, second] = [{ ...(await aCard(1)), tag: 'first' }, await aCard(2)];
  desired = withCards(desired, [first, second]);
  const reported = await agent.converge(desired);
  expect(reported).toMatchObject({ settled: true, power: 'running', error: null });
  expect(await cards(desired)).toEqual([first.tapName, second.tapName]);
  const [told] = taggedDevices(desired.spec, reported.parts?.movedCards);
  const { nics } = await agent.driver.stats(desired.guestId);
  expect(nics.map(({ mac }) => mac)).toEqual([first.mac, second.mac]);

  // Another agent finds them, and the saved memory fits the machine that is made for it.
  await agent.close();
  expect(told?.address).toBe((await pciDevices(desired.guestId)).get(`card-${first.tapName}`));
  agent = await startQemuAgent(stateDir);
  for (const power of ['suspended', 'running'] as const) {
    desired = withCards(desired, [first, second], { power });
    expect(await agent.converge(desired)).toMatchObject({ settled: true, power, error: null });
  }
  expect(await cards(desired)).toEqual([first.tapName, second.tapName]);
  desired = withCards(desired, [second], { power: 'stopped' });
  expect(await agent.converge(desired)).toMatchObject({ settled: true, power: 'shutdown' });
  desired = withCards(desired, [second], { power: 'running' });
  expect(await agent.converge(desired)).toMatchObject({ settled: true });
  expect(await cards(desired)).toEqual([second.tapName]);
});

asRoot(
  'a guest whose system does not answer keeps its card, and is said to',
  async () => {
    const nic = await aCard(1);
    const made = aQemuGuest(images.image(testGuestDisk()));
    const desired = { ...made, spec: { ...made.spec, nics: [nic] } };
    await agent.converge(desired);
    const without = withCards(desired, []);
    const { settled, error } = await agent.converge(without);
    expect({ settled, permanent: error?.permanent }).toEqual({ settled: false, permanent: false });
    expect(error?.message).toMatch(/does not give the network card up/);
    expect(await agent.converge(withCards(without, [nic]))).toMatchObject({ settled: true });
  },
  60_000,
);

asRoot(
  'a Linux guest takes cards and gives them up while it runs',
  async () => {
    const image = images.image(await readFile(await makeGuestImage(TEST_CACHE)), { diskFormat: 'qcow2' });
    const [first, second] = [await aCard(1), await aCard(2)];
    const made = aQemuGuest(image);
    let desired: DesiredGuest = { ...made, spec: { ...made.spec, ramMb: 256, nics: [first] } };
    await agent.converge(desired);
    await vi.waitFor(async () => expect(await agent.console(desired.guestId)).toContain('volvox-guest: eth0'), {
      timeout: 90_000,
      interval: 500,
    });
    desired = withCards(desired, [first, second]);
    expect(await agent.converge(desired)).toMatchObject({ settled: true, error: null });
    desired = withCards(desired, [second]);
    expect(await agent.converge(desired)).toMatchObject({ settled: true, power: 'running', error: null });
    expect(await cards(desired)).toEqual([second.tapName]);
    const { nics } = await agent.driver.stats(desired.guestId);
    expect(nics.map(({ mac }) => mac)).toEqual([second.mac]);
  },
  180_000,
);
