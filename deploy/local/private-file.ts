import { chmodSync, chownSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const OTHERS_WRITE = 0o022;
/** Folders like /tmp, which are for all. */
const STICKY = 0o1000;

/** Writes a file that only its owner reads, whole or not at all. */
export function writePrivate(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const partial = `${path}.partial`;
  writeFileSync(partial, content, { mode: 0o600 });
  renameSync(partial, path);
}

/** The content, or null when there is no such file. */
export function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Makes the folder, or makes it one that nobody else may enter. */
export function makePrivateFolder(path: string): void {
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o700);
  giveToCaller(path);
}

/**
 * Makes the folder, or sees to it that nobody else may write to it: what stands in it is run.
 * @throws Error when it belongs to another user who could.
 */
export function makeTrustedFolder(path: string): void {
  mkdirSync(path, { recursive: true });
  const { uid, mode } = statSync(path);
  const own = process.getuid?.() ?? 0;
  if ([own, 0, Number(process.env.SUDO_UID ?? own)].includes(uid)) {
    if ((mode & OTHERS_WRITE) === 0) return;
    if ((mode & STICKY) === 0 && (uid === own || own === 0)) {
      chmodSync(path, mode & 0o7777 & ~OTHERS_WRITE);
      return;
    }
  }
  throw new Error(`other users may write to ${path}, and what stands there is run; choose another folder (--cache)`);
}

/** Under sudo, what a person has to read belongs to who called it, not to root. */
export function giveToCaller(path: string): void {
  const { SUDO_UID, SUDO_GID } = process.env;
  if (SUDO_UID !== undefined && SUDO_GID !== undefined) chownSync(path, Number(SUDO_UID), Number(SUDO_GID));
}
