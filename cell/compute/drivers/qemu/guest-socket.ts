import { connect, type Socket } from 'node:net';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import { openSocket } from './unfollowed.ts';

/**
 * Connects to the socket itself, not to its name: the guest's user can give the name to the socket of another guest.
 * @param uid of the user who made the socket.
 * @param what as an error begins, `The monitor of the guest`.
 * @throws VolvoxError unavailable when nobody listens; forbidden when the path is not a socket of that user.
 */
export async function connectSocket(path: string, uid: number, what: string): Promise<Socket> {
  const unreachable = (cause: unknown): VolvoxError =>
    new VolvoxError('unavailable', `${what} cannot be reached.`, { cause });
  const name = await openSocket(path, uid).catch((error: unknown) => {
    throw isVolvoxError(error) ? error : unreachable(error);
  });
  try {
    return await new Promise<Socket>((resolve, reject) => {
      const socket = connect(`/proc/self/fd/${name.fd}`);
      socket.once('connect', () => {
        // Errors end in 'close', which is handled.
        socket.on('error', () => undefined);
        resolve(socket);
      });
      socket.once('error', (cause) => reject(unreachable(cause)));
    });
  } finally {
    await name.close();
  }
}
