import { Duplex } from 'node:stream';

const WIDTH = 160;
const HEIGHT = 100;
const PIXEL_BYTES = 4;
const VERSION = 'RFB 003.008\n';
/** Of a text in the clipboard; more ends the connection. */
const CLIPBOARD_MAX = 64 * 1024;

/** Colours of the screen, red, green, blue; each key that is pressed shows the next one. */
const COLOURS = [
  [0x20, 0x40, 0x80],
  [0x80, 0x20, 0x40],
  [0x20, 0x80, 0x40],
] as const;

/** What the client says next: how many bytes it takes, as far as `seen` tells, and its effect. */
type Take = (seen: Buffer) => { readonly bytes: number; readonly take: () => void } | null;

/**
 * The screen of a simulated guest as an RFB server (RFC 6143, version 3.8, no authentication, raw pixels of 32 bits): one colour, and another
 * one after each key.
 */
export function simulatedScreen(hostname: string): Duplex {
  let waiting = Buffer.alloc(0);
  let keys = 0;
  let shown = -1;
  let asked = false;
  let shifts = [16, 8, 0];

  const send = (...parts: readonly (string | Buffer)[]) => {
    screen.push(Buffer.concat(parts.map((part) => Buffer.from(part as string))));
  };
  const show = () => {
    if (!asked || shown === keys) return;
    asked = false;
    shown = keys;
    send(updateHeader(), frame(COLOURS[keys % COLOURS.length] ?? COLOURS[0], shifts));
  };
  const version: Take = () => ({ bytes: VERSION.length, take: () => send(Buffer.from([1, 1])) });
  const security: Take = () => ({ bytes: 1, take: () => send(Buffer.alloc(4)) });
  const init: Take = () => ({ bytes: 1, take: () => send(serverInit(hostname)) });
  const message: Take = (seen) => {
    switch (seen[0]) {
      case 0:
        return {
          bytes: 20,
          take: () => {
            shifts = [seen.readUInt8(14), seen.readUInt8(15), seen.readUInt8(16)].map((shift) => shift & 31);
          },
        };
      case 2:
        return seen.length < 4 ? null : { bytes: 4 + 4 * seen.readUInt16BE(2), take: () => undefined };
      case 3:
        return {
          bytes: 10,
          take: () => {
            asked = true;
            if (seen[1] === 0) shown = -1;
            show();
          },
        };
      case 4:
        return {
          bytes: 8,
          take: () => {
            if (seen[1] === 1) keys++;
            show();
          },
        };
      case 5:
        return { bytes: 6, take: () => undefined };
      case 6:
        return seen.length < 8 ? null : clipboard(Math.abs(seen.readInt32BE(4)));
      default:
        return { bytes: 1, take: () => screen.destroy() };
    }
  };
  const clipboard = (length: number) =>
    length > CLIPBOARD_MAX ? { bytes: 1, take: () => screen.destroy() } : { bytes: 8 + length, take: () => undefined };
  const steps: Take[] = [version, security, init];

  const screen = new Duplex({
    read: () => undefined,
    write: (bytes: Buffer, _encoding, done) => {
      waiting = Buffer.concat([waiting, bytes]);
      while (waiting.length > 0 && !screen.destroyed) {
        const next = (steps[0] ?? message)(waiting);
        if (next === null || waiting.length < next.bytes) break;
        steps.shift();
        next.take();
        waiting = waiting.subarray(next.bytes);
      }
      done();
    },
    final: (done) => {
      screen.push(null);
      done();
    },
  });
  send(VERSION);
  return screen;
}

function serverInit(hostname: string): Buffer {
  const name = Buffer.from(hostname);
  const start = Buffer.alloc(24);
  start.writeUInt16BE(WIDTH, 0);
  start.writeUInt16BE(HEIGHT, 2);
  // 32 bits, depth 24, little endian, true colour, 255 of each, shifts of red, green and blue.
  Buffer.from([32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0]).copy(start, 4);
  start.writeUInt32BE(name.length, 20);
  return Buffer.concat([start, name]);
}

/** One rectangle, the whole screen, raw. */
function updateHeader(): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt16BE(1, 2);
  header.writeUInt16BE(WIDTH, 8);
  header.writeUInt16BE(HEIGHT, 10);
  return header;
}

function frame(colour: readonly [number, number, number], shifts: readonly number[]): Buffer {
  const value = colour.reduce((sum, part, index) => sum + part * 2 ** (shifts[index] ?? 0), 0);
  const pixel = Buffer.alloc(PIXEL_BYTES);
  pixel.writeUInt32LE(value % 2 ** 32);
  return Buffer.alloc(WIDTH * HEIGHT * PIXEL_BYTES, pixel);
}
