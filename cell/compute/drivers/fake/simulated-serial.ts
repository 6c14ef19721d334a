import { Duplex } from 'node:stream';

/** A serial console that greets with the name of its guest, and returns what is typed. */
export function simulatedSerial(hostname: string): Duplex {
  const console = new Duplex({
    read: () => undefined,
    write: (bytes: Buffer, _encoding, done) => {
      console.push(bytes);
      done();
    },
    final: (done) => {
      console.push(null);
      done();
    },
  });
  console.push(`\r\n${hostname} login: `);
  return console;
}
