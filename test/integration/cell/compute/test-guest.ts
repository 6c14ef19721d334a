import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Image } from '#platform/objects/image.ts';

/** `test-guest.S`, assembled (`as`, `ld -Ttext 0x7c00 --oformat binary`), without its padding. */
const CODE =
  '+jHAjtiO0LwAfOShDALmoboCBrgAAe/7vqh86FMAMcmLHmwE9LoABu2pAAF1M6FsBCnYg/gEcuyLHmwEQb6ufOguAInI6EUAvrR86CMAoPB9hMB0zzjBcsu+tnzoEgDrBr67fOgKALoEBrgAIO/06/2shMB0BegDAOv2w1JQuv0D7KggdPtYuvgD7lrDUbUEwcAEUCQPBDA8OnICBCfo2/9Y/s116lnDYm9vdAoAdGljayAACgBieWUKAGJ1dHRvbgo=';

/** `writing-guest.S`, assembled the same way. */
const WRITING_CODE =
  '+jHAjtiOwI7QvAB8iBaOfPsx7UWJLgB+iemD4R+DwQKKFo58MPa7AH64AQPNE3ITvoF86BYAiejoLQC+hHzoCwDr0L6GfOgDAPTr/ayEwHQF6AMA6/bDUlC6/QPsqCB0+1i6+APuWsO1BMHABFAkDwQwPDpyAgQn6Nz/WP7NderDdyAACgBmYWlsZWQKAA==';

/** A bootable disk whose guest writes to it without a pause. */
export function writingGuestDisk(): Buffer {
  const disk = Buffer.alloc(1024 * 1024);
  Buffer.from(WRITING_CODE, 'base64').copy(disk);
  disk.writeUInt16LE(0xaa55, 510);
  return disk;
}

/** A bootable disk; its guest shuts itself down after `stopAfter` ticks (0: never). */
export function testGuestDisk(stopAfter = 0): Buffer {
  const disk = Buffer.alloc(1024 * 1024);
  Buffer.from(CODE, 'base64').copy(disk);
  disk.writeUInt8(stopAfter, 0x1f0);
  disk.writeUInt16LE(0xaa55, 510);
  return disk;
}

/** The same, but its guest says another word of four letters than `boot` when it starts. */
export function testGuestDiskSaying(word: string): Buffer {
  const disk = testGuestDisk();
  disk.write(word, disk.indexOf('boot'), 'latin1');
  return disk;
}

export interface ImageServer {
  image(bytes: Buffer, rest?: Partial<Image>): Image;
  readonly requests: string[];
  close(): void;
}

const TICKET = 'a-ticket';

/** Serves images as the image API does: by URL, to whoever shows the ticket. */
export async function startImageServer(): Promise<ImageServer> {
  const served = new Map<string, Buffer>();
  const requests: string[] = [];
  const server: Server = createServer((request, response) => {
    requests.push(request.url ?? '');
    const bytes = served.get(request.url ?? '');
    if (request.headers.authorization !== `Bearer ${TICKET}`) response.writeHead(401).end();
    else if (bytes === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    requests,
    image: (bytes, rest = {}) => {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      served.set(`/${sha256}`, bytes);
      return {
        id: '6a1f0c1e-0000-4000-8000-0000000000bb',
        name: 'test guest',
        diskFormat: 'raw',
        sizeBytes: bytes.length,
        sha256,
        minRamMb: 0,
        minDiskGb: 0,
        properties: {},
        url: `http://127.0.0.1:${port}/${sha256}`,
        ticket: TICKET,
        ...rest,
      };
    },
    close: () => server.close(),
  };
}
