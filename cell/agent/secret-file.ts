import { readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { newSecret } from '#platform/rpc/agent-credential.ts';
import { syncFolder, writeFileAtomically } from './atomic-file.ts';

/** The secret in a file; null when the file does not exist. */
export async function readSecret(path: string): Promise<string | null> {
  const content = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return content.trim() === '' ? null : content.trim();
}

/**
 * A secret that nobody knows yet: the same until it is moved, so that a call whose answer was lost can be repeated with it. It is on the disk
 * before it is returned. The files of secrets are readable by their owner only.
 */
export async function secretToOffer(path: string): Promise<string> {
  const kept = await readSecret(path);
  if (kept !== null) return kept;
  const made = newSecret();
  await writeFileAtomically(path, `${made}\n`, 0o600);
  return made;
}

/** Moves a secret in the place of another, for good also after a power cut. */
export async function moveSecret(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncFolder(dirname(to));
}
