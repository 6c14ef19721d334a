import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { VolvoxError } from '#platform/errors/volvox-error.ts';

/** What may wait for a slow reader, bytes. */
const WAITING_MAX = 1024 * 1024;

/**
 * The socket of a serial port, read as fast as its guest writes: a guest whose port nobody reads waits at each line of its kernel's log.
 * A reader that leaves more than a mebibyte waiting loses its connection.
 */
export function neverSlow(socket: Socket): Duplex {
  const console = new Duplex({
    readableHighWaterMark: WAITING_MAX,
    read: () => undefined,
    write: (bytes: Buffer, _encoding, done) => {
      if (socket.write(bytes)) done();
      else socket.once('drain', () => done());
    },
    final: (done) => {
      socket.end();
      done();
    },
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  socket.on('data', (bytes: Buffer) => {
    if (console.readableLength + bytes.length > WAITING_MAX) {
      console.destroy(new VolvoxError('conflict', 'The reader of this serial console is too slow.'));
      return;
    }
    console.push(bytes);
  });
  socket.once('close', () => {
    if (console.destroyed) return;
    console.push(null);
    console.destroy();
  });
  return console;
}
