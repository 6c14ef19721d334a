import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DesiredGuest, GuestSpec } from '#platform/objects/guest.ts';
import { issueDiskTicket } from '#platform/rpc/disk-ticket.ts';
import type { HttpService } from '#platform/rpc/http-service.ts';
import { sharedSigner, sharedVerifier } from '#platform/rpc/signing.ts';
import { PLAIN_ON_LOOPBACK } from '#platform/tls/transport.ts';
import { computeHandlers } from '../../../../cell/compute/compute-handlers.ts';
import { httpBlockSource, openBlockConnections } from '../../../../cell/compute/disk-transfer/block-source.ts';
import { serveGuestData } from '../../../../cell/compute/guest-data.ts';
import { startOnLoopback } from '../../../support/loopback-service.ts';
import { AGENT_KEY } from '../../../support/test-keys.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { type BlockProxy, startBlockProxy } from './block-proxy.ts';
import { aQemuGuest, type QemuAgent, startQemuAgent } from './qemu-agent.ts';
import { type ImageServer, startImageServer, testGuestDisk } from './test-guest.ts';

const run = promisify(execFile);
const KEY = AGENT_KEY;
const MIB = 1024 ** 2;

/** Two hosts of two cells, both called host-a, with a network between them that can be disturbed. No guest runs. */
let folders: [string, string];
let source: QemuAgent;
let target: QemuAgent;
let images: ImageServer;
let server: HttpService;
let proxy: BlockProxy;
let old: DesiredGuest;

beforeEach(async () => {
  images = await startImageServer();
  folders = [await mkdtemp(join(tmpdir(), 'volvox-from-')), await mkdtemp(join(tmpdir(), 'volvox-to-'))];
  source = await startQemuAgent(folders[0]);
  target = await startQemuAgent(folders[1]);
  server = await startOnLoopback('source', (app) => serveGuestData(app, source.driver, sharedVerifier(KEY)));
  proxy = await startBlockProxy(server.address());
  const made = aQemuGuest(images.image(testGuestDisk()), { power: 'stopped' });
  old = { ...made, spec: { ...made.spec, rootGb: 1, ephemeralGb: 1, swapMb: 64 } };
  expect(await source.converge(old)).toMatchObject({ settled: true, error: null });
  await fill('disk.qcow2', 40);
  await fill('ephemeral.qcow2', 9);
  await writeFile(file(0, old.guestId, 'console.log'), 'it ran there\n');
  await writeFile(file(0, old.guestId, 'config-drive.iso'), 'as it was made then');
});
afterEach(async () => {
  await proxy.stop();
  await server.stop();
  await source.close();
  await target.close();
  images.close();
  for (const folder of folders) await rm(folder, { recursive: true });
});

const file = (host: 0 | 1, guestId: string, name: string) => join(folders[host], 'guests', guestId, name);

/** Every MiB of it other bytes than the one before. */
async function fill(name: string, mib: number, from = 1): Promise<void> {
  const writes = Array.from({ length: mib }, (_, at) => ['-c', `write -P ${(from + at) % 256} ${at}M 1M`]).flat();
  await run('qemu-io', ['-f', 'qcow2', ...writes, file(0, old.guestId, name)]);
}

function incomingGuest(spec: Partial<GuestSpec> = {}, url = proxy.url): DesiredGuest {
  const { guestId } = old;
  const ticket = issueDiskTicket(sharedSigner(KEY), { id: guestId, generation: old.generation }, Date.now());
  const diskSource = { guestId, hostName: 'host-a', url, ticket, otherCell: true };
  const made = aQemuGuest({ ...old.spec.image, url: 'http://127.0.0.1:1/' }, { power: 'stopped' });
  return { ...made, spec: { ...old.spec, image: made.spec.image, configDrive: true, diskSource, ...spec } };
}

/** Checks that a guest would see the content of the old disks on the new ones. */
async function expectSame({ guestId }: DesiredGuest, ...names: string[]): Promise<void> {
  for (const name of names) {
    const pair = [file(0, old.guestId, name), file(1, guestId, name)];
    const { stdout } = await run('qemu-img', ['compare', '-f', 'qcow2', '-F', 'qcow2', ...pair]);
    expect(stdout).toContain('identical');
  }
}

const blocksOf = (name: string): string[] => proxy.passed.filter((block) => block.startsWith(`${name} `));
const settled = { settled: true, power: 'shutdown', error: null };

test('all disks of a guest come to a host of another cell, with the base image, the console and the config drive', async () => {
  const desired = incomingGuest();
  expect(await target.converge(desired)).toMatchObject(settled);
  await expectSame(desired, 'disk.qcow2', 'ephemeral.qcow2', 'swap.qcow2');
  expect(await readFile(file(1, desired.guestId, 'config-drive.iso'), 'utf8')).toBe('as it was made then');
  expect(await target.console(desired.guestId)).toBe('it ran there\n');
  const { stdout } = await run('qemu-img', ['info', '--output=json', file(1, desired.guestId, 'disk.qcow2')]);
  expect(JSON.parse(stdout)).toMatchObject({
    'backing-filename': join(folders[1], 'images', old.spec.image.sha256),
    'virtual-size': 1024 * MIB,
  });
  expect((await readdir(file(1, desired.guestId, ''))).sort()).toEqual([
    'config-drive.iso',
    'console.log',
    'disk.qcow2',
    'ephemeral.qcow2',
    'guest.json',
    'swap.qcow2',
  ]);
  expect(await readdir(join(folders[1], 'images'))).toEqual([old.spec.image.sha256]);
});

test('the disks grow with the flavor', async () => {
  const desired = incomingGuest({ rootGb: 2, ephemeralGb: 2, swapMb: 128, configDrive: false });
  expect(await target.converge(desired)).toMatchObject(settled);
  await expectSame(desired, 'disk.qcow2', 'ephemeral.qcow2');
  for (const [name, mib] of Object.entries({ disk: 2048, ephemeral: 2048, swap: 128 })) {
    const { stdout } = await run('qemu-img', ['info', '--output=json', file(1, desired.guestId, `${name}.qcow2`)]);
    expect(JSON.parse(stdout)).toMatchObject({ 'virtual-size': mib * MIB });
  }
});

test('blocks that break off or come damaged are fetched again, the others once', async () => {
  proxy.treat = (block, times) => {
    if (block === 'disk 2' && times < 4) return 'cut';
    return ['disk 5', 'ephemeral 1', 'base 0'].includes(block) && times < 3 ? 'spoil' : 'pass';
  };
  const desired = incomingGuest();
  expect(await target.converge(desired)).toMatchObject(settled);
  await expectSame(desired, 'disk.qcow2', 'ephemeral.qcow2');
  expect(new Set(proxy.passed).size).toBe(proxy.passed.length);
  expect(blocksOf('disk').length).toBeGreaterThan(9);
});

test('a block that is damaged again and again is named, and nothing of it is taken for a disk', async () => {
  proxy.treat = (block) => (block === 'disk 5' ? 'spoil' : 'pass');
  const desired = incomingGuest();
  const { settled: isSettled, error } = await target.converge(desired);
  expect({ isSettled, error }).toMatchObject({ isSettled: false, error: { permanent: false } });
  expect(error?.message).toMatch(/Block 5 of the disk disk came damaged/);
  expect(await target.driver.find(desired.guestId)).toMatchObject({ hasDisk: false });
  // The next try fetches no block a second time but those that were on their way when the first one ended.
  proxy.treat = () => 'pass';
  expect(await target.converge(desired)).toMatchObject(settled);
  expect(proxy.passed.length - new Set(proxy.passed).size).toBeLessThanOrEqual(5);
  await expectSame(desired, 'disk.qcow2');
});

/** A transfer that hangs at these blocks, and is ended after some others have come. @returns the guest that it is for. */
async function transferEndsAt(...stalled: readonly string[]): Promise<DesiredGuest> {
  proxy.treat = (block) => (stalled.includes(block) ? 'stall' : 'pass');
  const desired = incomingGuest();
  const abort = new AbortController();
  const first = target.converge(desired, abort.signal);
  await waitUntil('some blocks are there', () => blocksOf('disk').length >= 5, 40_000);
  abort.abort(new Error('the transfer is to end'));
  await first;
  return desired;
}

test('a new process of the agent goes on where the old one was', async () => {
  const desired = await transferEndsAt('disk 7', 'ephemeral 0');
  await target.close();
  const before = proxy.passed.length;
  target = await startQemuAgent(folders[1]);
  proxy.treat = () => 'pass';
  expect(await target.converge(desired)).toMatchObject(settled);
  await expectSame(desired, 'disk.qcow2', 'ephemeral.qcow2');
  const again = proxy.passed.slice(before).filter((block) => proxy.passed.indexOf(block) < before);
  // At most what was on its way when it stopped.
  expect(again.length).toBeLessThanOrEqual(6);
  expect(before - again.length).toBeGreaterThanOrEqual(1);
  expect(again.filter((block) => block.startsWith('base'))).toEqual([]);
});

test('disks that changed since are transferred from the start', async () => {
  const desired = await transferEndsAt('disk 8');
  proxy.treat = () => 'pass';
  await fill('disk.qcow2', 40, 100);
  expect(await target.converge(desired)).toMatchObject(settled);
  await expectSame(desired, 'disk.qcow2', 'ephemeral.qcow2');
});

test('a disk that changes during its transfer is noticed', async () => {
  proxy.treat = (block) => (block === 'swap 0' ? 'stall' : 'pass');
  const desired = incomingGuest();
  const copying = target.converge(desired);
  await waitUntil('the root disk is read', () => blocksOf('disk').length >= 10, 40_000);
  await fill('disk.qcow2', 1, 77);
  proxy.treat = () => 'pass';
  proxy.releaseAll();
  const observed = await copying;
  expect(observed).toMatchObject({ settled: false, error: { permanent: false } });
  expect(observed.error?.message).toMatch(/changed/);
  expect(await target.converge(desired)).toMatchObject(settled);
  await expectSame(desired, 'disk.qcow2');
});

test('who is to run is not read, nor who is on the way out; a wrong ticket, or one of before, gets nothing', async () => {
  const desired = incomingGuest();
  for (const power of ['running', 'absent'] as const) {
    await source.driver.accept({ ...old, generation: old.generation + 1, power });
    const observed = await target.converge(desired);
    expect(observed).toMatchObject({ settled: false, error: { permanent: false } });
    expect(observed.error?.message).toMatch(/is not stopped/);
  }
  const { diskSource } = desired.spec;
  if (diskSource === null) throw new Error('the guest has no disk source');
  const forged = {
    ...diskSource,
    ticket: issueDiskTicket(sharedSigner('other-key'), { id: old.guestId, generation: old.generation }, Date.now()),
  };
  const observed = await target.converge({ ...desired, spec: { ...desired.spec, diskSource: forged } });
  expect(observed.error?.message).toMatch(/ticket/);
  await source.driver.accept({ ...old, generation: old.generation + 2 });
  expect((await target.converge(desired)).error?.message).toMatch(/ticket is void/);
  expect(proxy.passed).toEqual([]);
});

test('a removed guest leaves nothing, also when its disks were half there', async () => {
  const desired = await transferEndsAt('disk 7');
  expect(await target.converge({ ...desired, generation: 2, power: 'absent' })).toMatchObject({ power: 'none' });
  expect(await readdir(join(folders[1], 'guests'))).toEqual([]);
});

test('a disk from elsewhere that refers to a file of this host is refused', async () => {
  const path = file(0, old.guestId, 'ephemeral.qcow2');
  await rm(path);
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-F', 'raw', '-b', '/etc/hostname', path, '1G']);
  const { settled: isSettled, error } = await target.converge(incomingGuest());
  expect({ isSettled, error }).toMatchObject({ isSettled: false, error: { permanent: true } });
  expect(error?.message).toMatch(/refers to another file/);
});

/** A taken host of another cell, which answers the list of disks as it likes. */
async function lyingHost(answer: (response: ServerResponse) => void) {
  const asked: string[] = [];
  const host = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (/disks$/.test(request.url ?? '')) answer(response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  const stop = async (): Promise<void> => {
    host.closeAllConnections();
    await new Promise((resolve) => host.close(resolve));
  };
  return { asked, stop, url: `http://127.0.0.1:${(host.address() as AddressInfo).port}` };
}

test('a base image of another length than the image is not fetched from a host of another cell', async () => {
  const version = old.spec.image.sha256;
  const disk = { name: 'disk', bytes: MIB, virtualBytes: MIB, blockBytes: MIB, version: 'one' };
  const base = { name: 'base', bytes: 1024 ** 4, virtualBytes: 1024 ** 4, blockBytes: MIB, version };
  const host = await lyingHost((response) => void response.end(JSON.stringify({ disks: [disk], base })));
  try {
    const { error } = await target.converge(incomingGuest({}, host.url));
    expect(error).toMatchObject({ permanent: false });
    expect(host.asked.filter((path) => path.includes('/base/'))).toEqual([]);
    expect(await readdir(join(folders[1], 'images'))).toEqual([]);
  } finally {
    await host.stop();
  }
});

test('a root disk without a size in its flavor is not fetched when it is longer than what this host has left', async () => {
  const bytes = 2 ** 47;
  const disk = { name: 'disk', bytes, virtualBytes: MIB, blockBytes: 16 * MIB, version: 'one' };
  const host = await lyingHost((response) => {
    response.end(JSON.stringify({ disks: [disk], base: null }));
  });
  try {
    const { error } = await target.converge(incomingGuest({ rootGb: 0 }, host.url));
    expect(error).toMatchObject({
      permanent: false,
      message: `This host has no space left for the disk disk of ${bytes} bytes.`,
    });
    expect(host.asked.filter((path) => path.includes('/blocks/'))).toEqual([]);
  } finally {
    await host.stop();
  }
});

test.each([200, 500])('an endless list of disks (%i) costs a bounded amount of memory', async (status) => {
  let sent = 0;
  const host = await lyingHost((response) => {
    response.writeHead(status);
    const part = ' '.repeat(64 * 1024);
    const more = (): void => {
      sent += part.length;
      if (!response.destroyed && sent < 256 * MIB) response.write(part, more);
    };
    more();
  });
  const givenUp = new AbortController();
  const { diskSource } = incomingGuest({}, host.url).spec;
  if (diskSource === null) throw new Error('the guest has no disk source');
  const dispatcher = openBlockConnections(PLAIN_ON_LOOPBACK);
  try {
    const blocks = httpBlockSource({ ...diskSource, ticket: 'ticket', dispatcher });
    await expect(blocks.manifest(givenUp.signal)).rejects.toMatchObject({
      kind: 'unavailable',
      message: 'The host with the disks answers more than 65536 bytes.',
    });
    expect(sent).toBeLessThan(64 * MIB);
  } finally {
    await dispatcher.destroy();
    await host.stop();
  }
});

test('says what a disk transfer contains', async () => {
  await appendFile(file(0, old.guestId, 'console.log'), 'x');
  const { disks } = await computeHandlers(source.driver).guestDisks({ guestId: old.guestId }, {} as never);
  expect(disks.map(({ name }) => name)).toEqual(['disk', 'ephemeral', 'swap', 'config-drive']);
  expect(disks[0]).toMatchObject({ virtualBytes: 1024 * MIB });
  expect(disks[0]?.bytes).toBeGreaterThan(40 * MIB);
  expect(disks[0]?.bytes).toBeLessThan(48 * MIB);
});
