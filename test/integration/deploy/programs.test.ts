import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { identify } from '../../../deploy/local/process-identity.ts';
import { bundledPrograms, sourceFiles } from '../../../deploy/programs/program-files.ts';
import { PROGRAMS } from '../../../deploy/programs/program-names.ts';

describe('bundled programs', () => {
  const home = mkdtempSync(join(tmpdir(), 'volvox-programs-'));
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it('are made once, and replace those that no living process uses', async () => {
    mkdirSync(join(home, 'users'));
    for (const folder of ['used', 'unused', 'used-1.unfinished', 'dead-999999999.unfinished'])
      mkdirSync(join(home, folder));
    writeFileSync(join(home, 'users', `used-${process.pid}-${identify(process.pid)?.startTime}`), '');
    writeFileSync(join(home, 'users', `unused-${process.pid}-1`), '');
    const said: string[] = [];
    const programs = await bundledPrograms((line) => said.push(line), home);
    expect(said).toEqual([expect.stringMatching(/^programs bundled \(\d+\.\d s\)$/)]);
    const files = PROGRAMS.map(programs);
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
    const there = ['used', 'unused', 'used-1.unfinished', 'dead-999999999.unfinished'].filter((folder) =>
      existsSync(join(home, folder)),
    );
    expect(there).toEqual(['used', 'used-1.unfinished']);
    const madeAt = files.map((file) => statSync(file).mtimeMs);
    expect(PROGRAMS.map(await bundledPrograms((line) => said.push(line), home))).toEqual(files);
    expect(files.map((file) => statSync(file).mtimeMs)).toEqual(madeAt);
    expect(said).toHaveLength(1);
  }, 120_000);

  it('are done without when they cannot be made', async () => {
    const file = join(home, 'a-file');
    writeFileSync(file, '');
    const said: string[] = [];
    expect(await bundledPrograms((line) => said.push(line), file)).toBe(sourceFiles);
    expect(said).toEqual([expect.stringMatching(/^programs run from their sources, as they cannot be bundled: /)]);
  });
});
