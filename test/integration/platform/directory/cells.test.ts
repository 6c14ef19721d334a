import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Secret } from '#platform/config/secret.ts';
import { CellDoors, cellOf, type DoorClient } from '#platform/directory/cell-doors.ts';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import { addCell, getCell, listCells, updateCell } from '#platform/directory/stores/cells.ts';
import { createDoorKeySeal } from '#platform/directory/stores/door-keys.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { DOOR_KEY } from '../../../support/test-keys.ts';
import { useTestDatabase } from '../../../support/use-test-database.ts';
import { waitUntil } from '../../../support/wait-until.ts';

const seal = createDoorKeySeal(new Secret('a signing key of some length, for tests'));
const aCell = (name: string) => ({ id: randomUUID(), name, url: `http://127.0.0.1/${name}`, key: `key of ${name}` });

describe('cells in the directory', () => {
  const db = useTestDatabase<DirectoryTables>(DIRECTORY_MIGRATIONS);
  const add = (cell: ReturnType<typeof aCell>) =>
    db.database.transaction((tx) => addCell(tx, seal, cell, Date.parse('2026-01-01T00:00:00Z')));

  it('keep their keys sealed, each for its own row', async () => {
    const cell = aCell('sealed');
    await add(cell);
    const stored = await getCell(db.database.read, cell.id);
    expect(JSON.stringify(stored)).not.toContain('key of sealed');
    expect(seal.open(stored?.sealedKey ?? '', cell.id)).toBe('key of sealed');
    expect(() => seal.open(stored?.sealedKey ?? '', randomUUID())).toThrow('cannot be opened');
    expect(() => createDoorKeySeal(new Secret('another')).open(stored?.sealedKey ?? '', cell.id)).toThrow();
    expect(stored).toMatchObject({ name: 'sealed', enabled: true, createdAt: '2026-01-01T00:00:00.000000Z' });
  });

  it('are one each by id, name and URL', async () => {
    const cell = aCell('single');
    await add(cell);
    const taken = async (other: Partial<typeof cell>) =>
      await add({ ...aCell(randomUUID()), ...other }).catch((error) => error.details.field);
    expect(await taken({ id: cell.id })).toBe('id');
    expect(await taken({ name: cell.name })).toBe('name');
    expect(await taken({ url: cell.url })).toBe('url');
    const change = db.database.transaction((tx) => updateCell(tx, seal, randomUUID(), { enabled: false }, 0));
    await expect(change).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('are known as soon as the directory names them, also to processes that did not add them', async () => {
    const open = (): DoorClient => ({ close: async () => undefined }) as DoorClient;
    const doors = new CellDoors({ directory: db.database, seal, log: silentLogger, refreshEveryMs: 60_000, open });
    await doors.start();
    const cell = aCell('new');
    await add(cell);
    expect(doors.find(cell.id)).toBeUndefined();
    expect((await cellOf(doors, cell.id)).name).toBe('new');
    await expect(cellOf(doors, randomUUID())).rejects.toMatchObject({ kind: 'unavailable' });
    await doors.stop();
  });

  it('have doors that come, change and go without a restart', async () => {
    const opened: string[] = [];
    const open = ({ url, key }: { url: string; key: string }): DoorClient => {
      opened.push(`${url} ${key}`);
      return { close: async () => undefined } as DoorClient;
    };
    const doors = new CellDoors({ directory: db.database, seal, log: silentLogger, refreshEveryMs: 20, open });
    await doors.start();
    const cell = aCell('late');
    let changes = 0;
    doors.watch(() => {
      changes += 1;
    });
    await add(cell);
    const first = await waitUntil('the door of the new cell', () => doors.find(cell.id));
    expect(opened.at(-1)).toBe('http://127.0.0.1/late key of late');

    await db.database.transaction((tx) => updateCell(tx, seal, cell.id, { enabled: false }, 0));
    const disabled = await waitUntil('the cell to be disabled', () => {
      const now = doors.find(cell.id);
      return now?.enabled === false ? now : null;
    });
    expect(disabled.door).toBe(first.door);

    await db.database.transaction((tx) => updateCell(tx, seal, cell.id, { key: 'new key' }, 0));
    await doors.refresh();
    expect(doors.of(cell.id).door).not.toBe(first.door);
    expect(opened.at(-1)).toBe('http://127.0.0.1/late new key');
    expect(changes).toBeGreaterThanOrEqual(3);
    expect(() => doors.of(randomUUID())).toThrow('is not known here');
    expect(doors.all().map(({ name }) => name)).toEqual((await listCells(db.database.read)).map(({ name }) => name));
    await doors.stop();
  });

  it('are opened with a key that is shorter than keys must be now, with a warning', async () => {
    const [short, long] = [aCell('short'), { ...aCell('long'), key: DOOR_KEY }];
    await add(short);
    await add(long);
    const warned: object[] = [];
    const log = { ...silentLogger, warn: (about: object) => warned.push(about) } as unknown as typeof silentLogger;
    const opened: string[] = [];
    const open = ({ key }: { key: string }): DoorClient => {
      opened.push(key);
      return { close: async () => undefined } as DoorClient;
    };
    const doors = new CellDoors({ directory: db.database, seal, log, open });
    await doors.refresh();
    await doors.refresh();
    expect(opened).toEqual(expect.arrayContaining([short.key, DOOR_KEY]));
    expect(warned).toContainEqual({ cell: 'short', characters: short.key.length });
    expect(warned).not.toContainEqual(expect.objectContaining({ cell: 'long' }));
    expect(warned.filter((about) => JSON.stringify(about).includes('"short"'))).toHaveLength(1);
  });
});
