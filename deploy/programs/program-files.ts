import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../local/environment.ts';
import { identify } from '../local/process-identity.ts';
import { runCommand } from '../local/run-command.ts';
import type { ProgramName } from './program-names.ts';
import { sourcesKey } from './sources.ts';

/** The file that a program is started by. */
export type ProgramFiles = (program: ProgramName) => string;

/** Each program as it is written: TypeScript, of which Node removes the types while it loads some 1,500 files. */
export const sourceFiles: ProgramFiles = (program) => join(REPOSITORY, program, 'main.ts');

const HOME = join(REPOSITORY, '.build/programs');
const BUILD_TIMEOUT_MS = 120_000;

/**
 * The programs bundled: each is a few files, so it starts in a quarter of the time and takes 16 to 30 MiB less than from its sources. They are
 * made once for sources as they are now, and kept while a process that asked for them lives. If they cannot be made, the programs run from
 * their sources. `say` is told that, with the reason, or how long it took to make them. `home`: where they are kept.
 */
export async function bundledPrograms(say: (line: string) => void, home = HOME): Promise<ProgramFiles> {
  const key = sourcesKey();
  const folder = join(home, key);
  const bundled: ProgramFiles = (program) => join(folder, program, 'main.js');
  try {
    keep(home, key);
    if (!existsSync(folder)) {
      const from = Date.now();
      await build(home, folder);
      say(`programs bundled (${((Date.now() - from) / 1000).toFixed(1)} s)`);
    }
    return bundled;
  } catch (error) {
    say(`programs run from their sources, as they cannot be bundled: ${(error as Error).message}`);
    return sourceFiles;
  }
}

/** Complete or not there at all; of several who build at once the first one's stays. */
async function build(home: string, folder: string): Promise<void> {
  removeUnused(home);
  const unfinished = `${folder}-${process.pid}.unfinished`;
  try {
    await runCommand(process.execPath, [join(import.meta.dirname, 'build.ts'), unfinished], {
      cwd: REPOSITORY,
      timeoutMs: BUILD_TIMEOUT_MS,
    });
    try {
      renameSync(unfinished, folder);
    } catch (error) {
      if (!existsSync(folder)) throw error;
    }
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** A file whose name says that this process uses these programs. */
function keep(home: string, key: string): void {
  const users = join(home, 'users');
  mkdirSync(users, { recursive: true });
  writeFileSync(join(users, `${key}-${process.pid}-${identify(process.pid)?.startTime ?? 0}`), '');
}

/** Removes the programs of earlier sources that no living process uses. */
function removeUnused(home: string): void {
  const users = join(home, 'users');
  const used = new Set<string>();
  for (const name of readdirSync(users)) {
    const [key = '', pid, startTime] = name.split('-');
    if (identify(Number(pid))?.startTime === startTime) used.add(key);
    else rmSync(join(users, name), { force: true });
  }
  for (const name of readdirSync(home)) {
    const [key = '', builder] = name.split(/[-.]/);
    const isBeingBuilt = name.endsWith('.unfinished') && identify(Number(builder)) !== null;
    if (name !== 'users' && !used.has(key) && !isBeingBuilt) rmSync(join(home, name), { recursive: true, force: true });
  }
}
