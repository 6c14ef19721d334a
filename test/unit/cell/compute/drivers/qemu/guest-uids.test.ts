import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chown, link, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Logger } from '#platform/logging/logger.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { type StateFolders, stateFolders } from '../../../../../../cell/compute/drivers/qemu/guest-folder.ts';
import { type GuestRecord, GuestRecords } from '../../../../../../cell/compute/drivers/qemu/guest-records.ts';
import { GuestUids } from '../../../../../../cell/compute/drivers/qemu/guest-uids.ts';
import { GuestUsers } from '../../../../../../cell/compute/drivers/qemu/guest-users.ts';
import { aDesiredGuest } from '../../a-guest.ts';

const range = { first: 2_100_200_000, last: 2_100_200_004 };
const uidsOfRange = (busy: readonly number[] = []) =>
  new GuestUids({ range, usersOfProcesses: async () => new Set(busy) });

describe('user ids of guests', () => {
  it('are given once, and not that of the programs that inspect images', async () => {
    const uids = uidsOfRange();
    const given = await Promise.all(['a', 'b', 'c', 'd'].map((guest) => uids.allocate(guest)));
    expect(given.toSorted()).toEqual([2_100_200_001, 2_100_200_002, 2_100_200_003, 2_100_200_004]);
    expect(given).not.toContain(uids.imageUid);
    expect(await uids.allocate('b')).toBe(given[1]);
    await expect(uids.allocate('e')).rejects.toMatchObject({ kind: 'unavailable', message: /All 4 user ids/ });
  });

  it('are given again when their guest is removed, the others first', async () => {
    const uids = uidsOfRange();
    expect(await uids.allocate('a')).toBe(2_100_200_001);
    uids.release('a');
    expect(await uids.allocate('b')).toBe(2_100_200_002);
    for (const guest of ['c', 'd', 'e']) await uids.allocate(guest);
    expect(await uids.allocate('e')).toBe(2_100_200_001);
  });

  it('are not given while a process of any agent runs as them', async () => {
    expect(await uidsOfRange([2_100_200_001, 2_100_200_002]).allocate('a')).toBe(2_100_200_003);
  });

  it('are adopted from records only when the range has them and no one else', () => {
    const uids = uidsOfRange();
    const adopted = [
      2_100_199_999, 2_100_200_000, 2_100_200_001, 2_100_200_004, 2_100_200_005, 0, 65_534, 2_100_200_001.5,
    ].map((uid) => uids.adopt(`guest of ${uid}`, uid));
    expect(adopted).toEqual(['outside', 'taken', 'adopted', 'adopted', 'outside', 'outside', 'outside', 'outside']);
    expect(uids.adopt('another', 2_100_200_004)).toBe('taken');
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
    errors.length = 0;
    stateDir = await mkdtemp(join(tmpdir(), 'volvox-uids-'));
    folders = stateFolders(stateDir);
  });
  afterEach(() => rm(stateDir, { recursive: true }));

  const errors: unknown[][] = [];
  const log: Logger = Object.assign(Object.create(silentLogger), { error: (...said: unknown[]) => errors.push(said) });
  /** An agent as it starts: it knows what is on disk. */
  const anAgent = async () => {
    const records = new GuestRecords(folders);
    await records.open();
    const users = new GuestUsers({ folders, records, range, log });
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
    for (const guest of guests) await records.put(aRecord(guest, { uid: 2_100_200_002 }));
    const { users } = await anAgent();
    const uids = await Promise.all(guests.map((guest) => users.uidOf(guest)));
    expect(uids).toContain(2_100_200_002);
    expect(new Set(uids).size).toBe(2);
  });

  it('is another when the range was changed, and the log says so', async () => {
    const guestId = randomUUID();
    const { records } = await anAgent();
    await records.put(aRecord(guestId, { uid: 0 }));
    const { users } = await anAgent();
    expect(errors).toEqual([
      [
        expect.objectContaining({ guestId, uid: 0, guestUids: range }),
        'the user id of this guest is outside compute.guestUids; it gets another at its next start',
      ],
    ]);
    expect(JSON.parse(await readFile(folders.file(guestId, 'record'), 'utf8'))).not.toHaveProperty('uid');
    expect(await users.uidOf(guestId)).toBe(2_100_200_001);
  });
});

describe.skipIf(process.getuid?.() !== 0)('the files of a guest', () => {
  const OTHER = 222_222;
  let stateDir: string;
  let folders: StateFolders;
  let records: GuestRecords;
  let users: GuestUsers;
  let victim: string;
  const guestId = randomUUID();
  beforeEach(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'volvox-files-'));
    folders = stateFolders(join(stateDir, 'state'));
    records = new GuestRecords(folders);
    await records.open();
    users = new GuestUsers({ folders, records, range, log: silentLogger });
    await records.put({
      ...{ desired: aDesiredGuest({ guestId }), expected: 'down', restarts: 0, stoppedByItself: false },
      ...{ stopAsked: false, crashStartsMs: [], machine: [] },
    });
    victim = join(stateDir, 'victim');
    await mkdir(victim, { mode: 0o755 });
    await writeFile(join(victim, 'file'), 'of another', { mode: 0o644 });
    for (const path of [victim, join(victim, 'file')]) await chown(path, OTHER, OTHER);
  });
  afterEach(() => rm(stateDir, { recursive: true }));

  const victims = async () =>
    await Promise.all(
      [victim, join(victim, 'file')].map(async (path) => {
        const { uid, gid, mode } = await stat(path);
        return [uid, gid, mode & 0o777];
      }),
    );
  const untouched = [
    [OTHER, OTHER, 0o755],
    [OTHER, OTHER, 0o644],
  ];

  it.each(['disk', 'ephemeral', 'swap', 'console', 'configDrive'] as const)(
    'are given to it, and not what a link named as its %s leads to',
    async (name) => {
      const path = folders.file(guestId, name);
      await symlink(join(victim, 'file'), path);
      await expect(users.ownFiles(guestId)).rejects.toMatchObject({
        kind: 'forbidden',
        message: expect.stringContaining(`refuses ${path}: it is not a file, or a link`),
      });
      await rm(path);
      await link(join(victim, 'file'), path);
      await expect(users.ownFiles(guestId)).rejects.toMatchObject({ message: /it is a file with 2 names/ });
      await rm(path);
      execFileSync('mkfifo', [path]);
      await expect(users.ownFiles(guestId)).rejects.toMatchObject({ kind: 'forbidden' });
      expect(await victims()).toEqual(untouched);
      await rm(path);
      await writeFile(path, '');
      const uid = (await users.ownFiles(guestId)) ?? 0;
      const mine = await stat(path);
      expect([mine.uid, mine.gid]).toEqual(name === 'configDrive' ? [0, uid] : [uid, uid]);
    },
  );

  it('go with it, and not what a link of its process leads to', async () => {
    await users.ownFiles(guestId);
    await symlink(victim, join(folders.file(guestId, 'run'), 'linked'));
    await symlink(join(victim, 'file'), join(folders.file(guestId, 'run'), 'qmp.sock'));
    await records.remove(guestId);
    expect(await readdir(folders.guests)).toEqual([]);
    expect(await readdir(victim)).toEqual(['file']);
    expect(await victims()).toEqual(untouched);
  });

  it('are not in a folder that a link named run leads to', async () => {
    await symlink(victim, folders.file(guestId, 'run'));
    const uid = (await users.ownFiles(guestId)) ?? 0;
    expect(await victims()).toEqual(untouched);
    const run = await lstat(folders.file(guestId, 'run'));
    expect([run.isDirectory(), run.uid, run.mode & 0o777]).toEqual([true, uid, 0o700]);
    await users.closeFolders(guestId);
    const closed = await lstat(folders.file(guestId, 'run'));
    expect([closed.uid, closed.gid, closed.mode & 0o777]).toEqual([0, uid, 0o710]);
  });
});
