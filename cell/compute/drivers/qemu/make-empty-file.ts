import { open, rm } from 'node:fs/promises';

/** A new file, whatever was there; its user cannot make one in the guest's folder. null: the agent's own user. */
export async function makeEmptyFile(path: string, uid: number | null): Promise<void> {
  await rm(path, { force: true });
  const file = await open(path, 'wx', 0o600);
  try {
    if (uid !== null) await file.chown(uid, uid);
  } finally {
    await file.close();
  }
}
