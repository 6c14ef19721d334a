import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Where iproute2 keeps the names of namespaces. */
const NAMESPACES_DIR = '/run/netns';

/** The names of all namespaces of this machine. */
export const namespaceNames = (): Promise<readonly string[]> => orElse(readdir(NAMESPACES_DIR), []);

/** Tells a namespace from an earlier one of the same name; null: there is none. */
export const namespaceIdentity = (name: string): Promise<string | null> => identityOf(join(NAMESPACES_DIR, name));

const identityOf = (path: string): Promise<string | null> =>
  orElse(
    stat(path).then(({ dev, ino }) => `${dev} ${ino}`),
    null,
  );

/** Whether a process lives in the namespace that has this name now. */
export async function isInNamespace(pid: number, name: string): Promise<boolean> {
  const [own, named] = await Promise.all([identityOf(`/proc/${pid}/ns/net`), namespaceIdentity(name)]);
  return own !== null && own === named;
}

async function orElse<T>(answer: Promise<T>, absent: T): Promise<T> {
  return await answer.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return absent;
    throw error;
  });
}
