import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#platform/logging/logger.ts';
import { type StateFolders, stateFolders } from '../../../../../../cell/compute/drivers/qemu/guest-folder.ts';
import { type GuestRecord, GuestRecords } from '../../../../../../cell/compute/drivers/qemu/guest-records.ts';
import { GuestUids } from '../../../../../../cell/compute/drivers/qemu/guest-uids.ts';
import { GuestUsers } from '../../../../../../cell/compute/drivers/qemu/guest-users.ts';
import { aDesiredGuest } from '../../a-guest.ts';

const range = { first: 200_000, last: 200_004 };
const uidsOfRange = (busy: readonly number[] = []) =>
  new GuestUids({ range, usersOfProcesses: async () => new Set(busy) });

describe('user ids of guests', () => {
  it('are given once, and not that of the programs that inspect images', async () => {
    const uids = uidsOfRange();
    const given = await Promise.all(['a', 'b', 'c', 'd'].map((guest) => uids.allocate(guest)));
    expect(given.toSorted()).toEqual([200_001, 200_002, 200_003, 200_004]);
    expect(given).not.toContain(uids.imageUid);
    expect(await uids.allocate('b')).toBe(given[1]);
    await expect(uids.allocate('e')).rejects.toMatchObject({ kind: 'unavailable', message: /All 4 user ids/ });
  });

  it('are given again when their guest is removed, the others first', async () => {
    const uids = uidsOfRange();
    expect(await uids.allocate('a')).toBe(200_001);
    uids.release('a');
    expect(await uids.allocate('b')).toBe(200_002);
    for (const guest of ['c', 'd', 'e']) await uids.allocate(guest);
    expect(await uids.allocate('e')).toBe(200_001);
  });

  it('are not given while a process of any agent runs as them', async () => {
    expect(await uidsOfRange([200_001, 200_002]).allocate('a')).toBe(200_003);
  });

  it('are one for calls of one guest at once', async () => {
    const uids = uidsOfRange();
    expect(new Set(await Promise.all([uids.allocate('a'), uids.allocate('a')])).size).toBe(1);
  });
});

describe('the user id of a guest', () => {
  let stateDir: string;
  let folders: StateFolders;
  beforeEach(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'volvox-uids-'));
    folders = stateFolders(stateDir);
  });
  afterEach(() => rm(stateDir, { recursive: true }));

  /** An agent as it starts: it knows what is on disk. */
  const anAgent = async () => {
    const records = new GuestRecords(folders);
    await records.open();
    const users = new GuestUsers({ folders, records, range, log: silentLogger });
    await users.open();
    return { records, users };
  };
  const aRecord = (guestId: string, rest: Partial<GuestRecord> = {}): GuestRecord => ({
    desired: aDesiredGuest({ guestId }),
    expected: 'down',
    restarts: 0,
    stoppedByItself: false,
    stopAsked: false,
    crashStartsMs: [],
    machine: [],
    ...rest,
  });

  it('is in its record before anything is its own, and survives the agent', async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    const first = await anAgent();
    await first.records.put(aRecord(one));
    const uid = await first.users.uidOf(one);
    expect(JSON.parse(await readFile(folders.file(one, 'record'), 'utf8'))).toMatchObject({ uid });

    const second = await anAgent();
    await second.records.put(aRecord(other));
    expect(await second.users.uidOf(other)).not.toBe(uid);
    expect(await second.users.uidOf(one)).toBe(uid);
  });

  it('is free again when the guest is gone, also after an agent that died before it wrote one', async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    const first = await anAgent();
    await first.records.put(aRecord(one));
    const uid = await first.users.uidOf(one);
    await first.records.remove(one);
    first.users.release(one);
    const second = await anAgent();
    await second.records.put(aRecord(other));
    expect(await second.users.uidOf(other)).toBe(uid);
  });

  it('is not kept by the second of two records that name it', async () => {
    const guests = [randomUUID(), randomUUID()];
    const { records } = await anAgent();
    for (const guest of guests) await records.put(aRecord(guest, { uid: 200_002 }));
    const { users } = await anAgent();
    const uids = await Promise.all(guests.map((guest) => users.uidOf(guest)));
    expect(uids).toContain(200_002);
    expect(new Set(uids).size).toBe(2);
  });
});
