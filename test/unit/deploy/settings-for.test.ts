import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Home, homeAt } from '../../../deploy/local/home.ts';
import { hostsOf, type RegionSettings, writeSettings } from '../../../deploy/local/settings.ts';
import { type RegionOptions, settingsFor } from '../../../deploy/local/settings-for.ts';

const unsaid: RegionOptions = {
  home: '',
  cache: null,
  cells: null,
  hosts: null,
  simulatedHosts: null,
  portBase: null,
  stores: null,
  fresh: false,
};

describe('settingsFor', () => {
  let home: Home;
  beforeEach(() => {
    home = homeAt(mkdtempSync(join(tmpdir(), 'settings-')));
  });
  afterEach(() => rmSync(home.root, { recursive: true, force: true }));

  it('makes two QEMU cells with keys of their own', () => {
    const settings = settingsFor(home, unsaid);
    expect(settings).toMatchObject({ driver: 'qemu', portBase: 8770, seeded: false });
    expect(settings.cells.map((cell) => cell.name)).toEqual(['cell-1', 'cell-2']);
    const keys = settings.cells.flatMap((cell) => [cell.doorKey, cell.sqlPassword, cell.redisPassword]);
    expect(new Set(keys).size).toBe(6);
  });

  it('keeps what it made, and adds cells when more are asked for', () => {
    const first = settingsFor(home, unsaid);
    writeSettings(home, first);
    expect(settingsFor(home, unsaid)).toEqual(first);
    const more = settingsFor(home, { ...unsaid, cells: 3 });
    expect(more.cells.slice(0, 2)).toEqual(first.cells);
    expect(more.cells[2]?.name).toBe('cell-3');
    writeSettings(home, more);
    expect(settingsFor(home, { ...unsaid, cells: 2 }).cells).toHaveLength(3);
  });

  it('gives each cell as many QEMU hosts as are asked for, and takes none away', () => {
    const namesOf = ({ cells }: RegionSettings) => cells.map((cell) => hostsOf(cell).map(({ name }) => name));
    writeSettings(home, settingsFor(home, { ...unsaid, hosts: 2 }));
    const both = [
      ['cell-1', 'cell-1-2'],
      ['cell-2', 'cell-2-2'],
    ];
    expect(namesOf(settingsFor(home, unsaid))).toEqual(both);
    expect(namesOf(settingsFor(home, { ...unsaid, hosts: 1 }))).toEqual(both);
    expect(namesOf(settingsFor(home, { ...unsaid, cells: 3, hosts: 3 }))[2]).toEqual([
      'cell-3',
      'cell-3-2',
      'cell-3-3',
    ]);
  });

  it('reaches databases and Redis by socket files, until told otherwise, also in a region of before', () => {
    const first = settingsFor(home, unsaid);
    expect(first.stores).toBe('socket');
    const { stores: _, ...before } = first;
    writeFileSync(home.settings, JSON.stringify(before));
    expect(settingsFor(home, unsaid).stores).toBe('socket');
    writeSettings(home, settingsFor(home, { ...unsaid, stores: 'tcp' }));
    expect(settingsFor(home, unsaid).stores).toBe('tcp');
  });

  it('refuses simulated hosts where there are guests', () => {
    writeSettings(home, settingsFor(home, unsaid));
    expect(() => settingsFor(home, { ...unsaid, simulatedHosts: 20 })).toThrow(/made with QEMU hosts.*--fresh/);
  });

  it('keeps its secrets from others, and does not overwrite what it cannot read', () => {
    writeSettings(home, settingsFor(home, unsaid));
    expect(statSync(home.settings).mode & 0o777).toBe(0o600);
    writeFileSync(home.settings, '{"version": 1, "cel');
    expect(() => settingsFor(home, unsaid)).toThrow(/cannot be read.*--fresh/);
  });
});
