import { mkdtemp, readdir, rename, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { aQemuGuest, type QemuAgent, startQemuAgent } from './qemu-agent.ts';
import { type ImageServer, startImageServer, testGuestDisk } from './test-guest.ts';

let stateDir: string;
let images: ImageServer;
let agent: QemuAgent;

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'volvox-qemu-'));
  images = await startImageServer();
  agent = await startQemuAgent(stateDir);
});
afterEach(async () => {
  for (const { guestId } of await agent.driver.findAll()) {
    await agent.driver.discardSuspended(guestId);
    await agent.driver.remove(guestId);
  }
  await agent.close();
  images.close();
  await rm(stateDir, { recursive: true });
});

const runFile = (guestId: string, name: string) => join(stateDir, 'guests', guestId, 'run', name);

async function running(properties: Record<string, string> = {}): Promise<string> {
  const desired = aQemuGuest(images.image(testGuestDisk(), { properties }));
  expect(await agent.converge(desired)).toMatchObject({ power: 'running', error: null });
  return desired.guestId;
}

/** Collects what a console says. */
function heard(console: Duplex): { text(): string } {
  let text = '';
  console.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1');
  });
  console.on('error', () => undefined);
  return { text: () => text };
}
const until = (condition: () => Promise<void> | void) => vi.waitFor(condition, { timeout: 20_000, interval: 50 });

test('the serial console is heard live, and in the log as well; a second reader takes over', async () => {
  const guestId = await running();
  const first = await agent.driver.openConsole(guestId, 'serial');
  const early = heard(first);
  await until(() => expect(early.text()).toMatch(/tick 00/));
  const second = await agent.driver.openConsole(guestId, 'serial');
  const late = heard(second);
  await until(() => expect(first.destroyed).toBe(true));
  await until(() => expect(late.text()).toMatch(/tick 00/));
  const [tick] = /tick [0-9a-f]{4}/.exec(late.text()) ?? [];
  await until(async () => expect(await agent.console(guestId)).toContain(tick ?? 'no tick'));
  second.destroy();
});

test('the screen speaks RFB to several readers, and ends with the machine', async () => {
  const guestId = await running();
  const [one, other] = [await agent.driver.openConsole(guestId, 'vnc'), await agent.driver.openConsole(guestId, 'vnc')];
  const [first, second] = [heard(one), heard(other)];
  await until(() => expect([first.text(), second.text()]).toEqual(['RFB 003.008\n', 'RFB 003.008\n']));
  await agent.driver.kill(guestId);
  await until(() => expect([one.destroyed, other.destroyed]).toEqual([true, true]));
  await expect(agent.driver.openConsole(guestId, 'vnc')).rejects.toMatchObject({ kind: 'conflict' });
});

test('no console listens on the network, and the guest can make no name other than its sockets', async () => {
  const guestId = await running();
  expect((await readdir(join(stateDir, 'guests', guestId, 'run'))).sort()).toEqual([
    'qmp.sock',
    'serial.sock',
    'vnc.sock',
  ]);
});

test('follows no link that stands where a console was', async () => {
  const guestId = await running();
  const path = runFile(guestId, 'vnc.sock');
  await rename(path, `${path}.old`);
  const connections: unknown[] = [];
  const victim = join(stateDir, 'victim.sock');
  const server = createServer((socket) => connections.push(socket.destroy())).listen(victim);
  await symlink(victim, path);
  await expect(agent.driver.openConsole(guestId, 'vnc')).rejects.toMatchObject({ kind: 'forbidden' });
  expect(connections).toEqual([]);
  server.close();
});

test('a password needs the channel of the guest agent', async () => {
  const without = await running();
  await expect(agent.driver.setPassword(without, 'root', 'secret')).rejects.toMatchObject({
    kind: 'conflict',
    message: 'QEMU guest agent is not enabled',
  });
});

test('a guest in which no agent runs keeps nobody waiting', async () => {
  const guestId = await running({ hw_qemu_guest_agent: 'yes' });
  await expect(agent.driver.setPassword(guestId, 'root', 'secret')).rejects.toMatchObject({
    kind: 'unsupported',
    message: 'No guest agent runs in the guest.',
  });
});

test('an interrupt is sent to a guest that runs, and only to one', async () => {
  const guestId = await running();
  await agent.driver.injectNmi(guestId);
  await agent.driver.kill(guestId);
  await expect(agent.driver.injectNmi(guestId)).rejects.toMatchObject({ kind: 'conflict' });
});
