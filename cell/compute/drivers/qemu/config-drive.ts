import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import { runCommand } from '../../../agent/run-command.ts';

/** Programs that make an ISO 9660 image from a folder, as `mkisofs` does. */
const PROGRAMS = [['genisoimage'], ['mkisofs'], ['xorriso', '-as', 'mkisofs']] as const;

/**
 * Makes a config drive (ISO 9660 with Joliet and Rock Ridge names, label config-2) of these files: path → bytes. Whole or not at all.
 * @throws VolvoxError unsupported when none of the programs that make one is installed.
 */
export async function makeConfigDrive(path: string, files: ReadonlyMap<string, string | Buffer>): Promise<void> {
  const folder = await mkdtemp(join(dirname(path), 'config-drive-'));
  const inWork = `${path}.in-work`;
  try {
    for (const [name, content] of files) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), content);
    }
    await makeImage(['-quiet', '-o', inWork, '-V', 'config-2', '-J', '-r', folder]);
    await chmod(inWork, 0o600);
    await rename(inWork, path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeImage(args: readonly string[]): Promise<void> {
  for (const [program, ...first] of PROGRAMS) {
    try {
      return void (await runCommand(program, [...first, ...args]));
    } catch (error) {
      if (!isVolvoxError(error, 'unavailable')) throw error;
    }
  }
  const names = PROGRAMS.map(([program]) => program).join(', ');
  throw new VolvoxError('unsupported', `This host can make no config drive: none of ${names} is installed.`);
}
