import { chown, open, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { basename, dirname } from 'node:path';

interface MachineListener {
  /** Ends the connections too. */
  close(): Promise<void>;
}

/**
 * Listens on a socket in a guest's folder, for the guest's process alone: QEMU connects there, because behind its wall it reaches no network.
 * `take` gets each connection.
 */
export async function acceptMachine(
  path: string,
  uid: number,
  take: (socket: Socket) => void,
): Promise<MachineListener> {
  await rm(path, { force: true });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    take(socket);
  });
  // Through the folder's descriptor, because the path of a socket may have 107 characters only.
  const folder = await open(dirname(path), 'r');
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    await rm(path, { force: true });
    await folder.close();
  };
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(`/proc/self/fd/${folder.fd}/${basename(path)}`, resolve);
    });
    if (uid !== process.getuid?.()) await chown(path, uid, uid);
    return { close };
  } catch (error) {
    await close();
    throw error;
  }
}
