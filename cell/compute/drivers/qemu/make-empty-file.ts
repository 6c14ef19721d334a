import { open, rm } from 'node:fs/promises';

/**
 * A new file without content, `bytes` long, whatever was there; its user cannot make one in the guest's folder. `uid` null: the agent's own user.
 */
export async function makeEmptyFile(path: string, uid: number | null, bytes = 0): Promise<void> {
  await rm(path, { force: true });
  const file = await open(path, 'wx', 0o600);
  try {
    if (uid !== null) await file.chown(uid, uid);
    if (bytes > 0) await file.truncate(bytes);
  } finally {
    await file.close();
  }
}
