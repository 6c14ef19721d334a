import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { machineArguments } from '../../../../cell/compute/drivers/qemu/machine-arguments.ts';
import { Qmp } from '../../../../cell/compute/drivers/qemu/qmp.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { A_GUEST_ID, aSpec } from '../../../unit/cell/compute/a-guest.ts';

const PAGES = 64;
const PAGE = 4_096;
const FIRST = 0x10000;
/** A boot sector that counts, and writes the count into each of the pages in turn, for ever. */
const COUNTS = Buffer.from('6631db6643b800108ec02666891e00000500013d005072f0ebe9', 'hex');
const SLOW = 400_000;
const FAST = 1_073_741_824;

let folder: string;
let machines: { readonly process: ChildProcess; readonly qmp: Qmp }[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'volvox-memory-'));
  machines = [];
  await writeFile(
    join(folder, 'boot'),
    Buffer.concat([COUNTS, Buffer.alloc(510 - COUNTS.length), Buffer.from('55aa', 'hex')]),
  );
});
afterEach(async () => {
  for (const { process, qmp } of machines) {
    qmp.close();
    process.kill();
    await once(process, 'close');
  }
  await rm(folder, { recursive: true });
});

/** The processor and the memory of a guest of the driver, without its devices. */
async function start(name: string, ...more: readonly string[]): Promise<Qmp> {
  const guest = machineArguments({ guestId: A_GUEST_ID, spec: aSpec({ ramMb: 16 }), acceleration: 'tcg' });
  const parts = ['-machine', '-accel', '-cpu', '-m'].flatMap((part) => [part, guest[guest.indexOf(part) + 1] ?? '']);
  const disk = `file=${join(folder, 'boot')},format=raw,if=floppy,readonly=on`;
  const monitor = join(folder, `${name}.sock`);
  const args = [
    ...parts,
    '-nodefaults',
    '-display',
    'none',
    '-drive',
    disk,
    '-qmp',
    `unix:${monitor},server=on,wait=off`,
  ];
  const process = spawn('qemu-system-x86_64', [...args, ...more], { stdio: 'ignore' });
  const uid = globalThis.process.getuid?.() ?? 0;
  const options = { uid, onEvent: () => undefined, onClose: () => undefined };
  const qmp = await waitUntil('its monitor', () => Qmp.connect(monitor, options));
  machines.push({ process, qmp });
  return qmp;
}

async function counts(qmp: Qmp): Promise<readonly number[]> {
  const filename = join(folder, 'pages');
  await qmp.execute('pmemsave', { val: FIRST, size: PAGES * PAGE, filename });
  const bytes = await readFile(filename);
  return Array.from({ length: PAGES }, (_, index) => bytes.readUInt32LE(index * PAGE));
}

const statusOf = async (qmp: Qmp, query: string): Promise<unknown> =>
  ((await qmp.execute(query)) as { status?: unknown }).status;

test('no write of an emulated guest is lost when its memory is sent while it runs', async () => {
  const outgoing = await start('outgoing');
  await waitUntil('all pages to be written', async () => (await counts(outgoing)).every((count) => count > 0));
  const state = join(folder, 'state');
  await outgoing.execute('migrate-set-parameters', { 'max-bandwidth': SLOW, 'downtime-limit': 10 });
  await outgoing.execute('migrate', { uri: `exec:cat > ${state}` });
  const before = Math.max(...(await counts(outgoing)));
  await waitUntil('it to look for written pages again', async () => {
    const { ram } = (await outgoing.execute('query-migrate')) as { ram?: { 'dirty-sync-count': number } };
    return (ram?.['dirty-sync-count'] ?? 0) > 1;
  });
  await outgoing.execute('migrate-set-parameters', { 'max-bandwidth': FAST });
  await waitUntil('all to be sent', async () => (await statusOf(outgoing, 'query-migrate')) === 'completed');
  const incoming = await start('incoming', '-S', '-incoming', `exec:cat ${state}`);
  await waitUntil('it to be taken in', async () => (await statusOf(incoming, 'query-status')) !== 'inmigrate');
  const sent = await counts(outgoing);
  expect(Math.max(...sent)).toBeGreaterThan(before);
  expect(await counts(incoming)).toEqual(sent);
});
