import type { ResolvedEntry } from '#platform/directory/stores/server-networks.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';

/** Of all servers of one request together: one transaction writes them, and each bound alone would let the product grow without end. */
const MAX_PORTS = 4_096;
const MAX_BYTES = 32 * 1024 * 1024;

/** The bytes that the directory writes for all servers of a request. */
export const bytesOf = (template: object, servers: number): number =>
  servers * Buffer.byteLength(JSON.stringify(template));

/**
 * Bounds what multiplies: servers by their ports, and servers by what each carries (user data, metadata, tags, hints, the image's properties).
 * @throws VolvoxError too-large with both factors.
 */
export function checkWholeRequest(template: object, entries: readonly ResolvedEntry[], servers: number): void {
  const ports = servers * entries.length;
  if (ports > MAX_PORTS) {
    throw tooLarge(`${servers} servers with ${entries.length} networks each have ${ports} ports`, `${MAX_PORTS} ports`);
  }
  const bytes = bytesOf(template, servers);
  if (bytes > MAX_BYTES) {
    const each = Math.ceil(bytes / servers);
    const what = 'user data, files, metadata, tags, scheduler hints and the properties of the image';
    throw tooLarge(`${servers} servers of ${each} bytes each (${what}) are ${bytes} bytes`, `${MAX_BYTES} bytes`);
  }
}

const tooLarge = (asked: string, bound: string): VolvoxError =>
  new VolvoxError(
    'too-large',
    `${asked}; one request may create at most ${bound}. Please create fewer servers at once.`,
  );
