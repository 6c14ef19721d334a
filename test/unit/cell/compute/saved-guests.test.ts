import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileJournal } from '../../../../cell/compute/drivers/fake/guest-journal.ts';
import { newGuest } from '../../../../cell/compute/drivers/fake/simulated-guest.ts';
import { stateFolders } from '../../../../cell/compute/drivers/qemu/guest-folder.ts';
import { GuestRecords } from '../../../../cell/compute/drivers/qemu/guest-records.ts';
import { A_GUEST_ID, aDesiredGuest } from './a-guest.ts';

let stateDir: string;
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'volvox-saved-guests-'));
});
afterEach(() => rm(stateDir, { recursive: true }));

const desired = aDesiredGuest({ generation: 3 });
const REST = { expected: 'up', restarts: 1, stoppedByItself: false, stopAsked: false, crashStartsMs: [7], machine: [] };

test('reads the record of an older release and writes one that it can read', async () => {
  const folders = stateFolders(stateDir);
  await mkdir(folders.guest(A_GUEST_ID), { recursive: true });
  await writeFile(folders.file(A_GUEST_ID, 'record'), JSON.stringify({ wanted: desired, ...REST }));
  const records = new GuestRecords(folders);
  await records.open();
  expect(records.get(A_GUEST_ID)).toEqual({ desired, ...REST });
  await records.change(A_GUEST_ID, { restarts: 2 });
  const saved = JSON.parse(await readFile(folders.file(A_GUEST_ID, 'record'), 'utf8'));
  expect(saved).toEqual({ wanted: desired, ...REST, restarts: 2 });
});

test('reads the journal of an older release and writes one that it can read', async () => {
  const { desired: _, partialTransfer: __, ...rest } = newGuest(desired);
  const half = { contentId: 'c', console: [], disks: {} };
  const line = [A_GUEST_ID, { wanted: desired, halfCopy: half, ...rest }];
  const path = join(stateDir, 'fake-guests.jsonl');
  await writeFile(path, `${JSON.stringify(line)}\n`);
  const journal = fileJournal(stateDir);
  const guest = { ...newGuest(desired), partialTransfer: half };
  expect(await journal.load()).toEqual([guest]);
  journal.note(A_GUEST_ID, { ...guest, restarts: 4 });
  await journal.flush();
  const last = (await readFile(path, 'utf8')).trim().split('\n').at(-1) ?? '';
  expect(JSON.parse(last)).toEqual([A_GUEST_ID, { wanted: desired, halfCopy: half, ...rest, restarts: 4 }]);
});
