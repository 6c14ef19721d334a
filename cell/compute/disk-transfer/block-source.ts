import { hash } from 'node:crypto';
import type { Dispatcher } from 'undici';
import { messageOf, VolvoxError } from '#platform/errors/volvox-error.ts';
import { readWireError } from '#platform/rpc/wire-error.ts';
import { openAgent } from '#platform/tls/dispatcher.ts';
import type { Transport } from '#platform/tls/transport.ts';
import { request } from '#platform/tls/undici.ts';
import { blockLength, type CopiedDisk, type DiskManifest, isDiskManifest } from './disk-manifest.ts';
import { blockPath, disksPath, SHA256_HEADER } from './routes.ts';

/** damaged: other bytes came than were sent. */
export type FetchedBlock =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'zeros' }
  | { readonly kind: 'damaged'; readonly reason: string };

/** The disks of one guest at another agent. Rejects with what the agent says, and with `unavailable` when it can't be reached. */
export interface BlockSource {
  manifest(signal: AbortSignal): Promise<DiskManifest>;
  /** `buffer`: at least one byte longer than the disk's blocks; the answer's bytes lie in it. */
  block(disk: CopiedDisk, index: number, buffer: Buffer, signal: AbortSignal): Promise<FetchedBlock>;
}

/** Nothing is heard for so long, ms: the connection is given up. */
const SILENCE_MS = 10_000;
const CONNECT_MS = 3_000;
const CONNECTIONS = 8;
/** Of a list of disks, or of a refusal. */
const TEXT_BYTES_MAX = 64 * 1024;

/** The connections of one agent to its source agents: a bounded number to each, for all disk transfers together. This bounds the memory, too. */
export const openBlockConnections = (transport: Transport): Dispatcher =>
  openAgent(transport, 'compute', { connections: CONNECTIONS, connectMs: CONNECT_MS });

interface BlockSourceOptions {
  readonly url: string;
  readonly guestId: string;
  readonly ticket: string;
  readonly dispatcher: Dispatcher;
}

export function httpBlockSource({ url, guestId, ticket, dispatcher }: BlockSourceOptions): BlockSource {
  const ask = async (path: string, signal: AbortSignal): Promise<Dispatcher.ResponseData> => {
    const answer = await request(new URL(path, url), {
      dispatcher,
      signal,
      headers: { authorization: `Bearer ${ticket}` },
      headersTimeout: SILENCE_MS,
      bodyTimeout: SILENCE_MS,
    });
    if (answer.statusCode >= 300) throw refusal(await readText(answer.body), answer.statusCode);
    return answer;
  };
  const asked = async <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof VolvoxError) throw error;
      throw new VolvoxError('unavailable', `The host with the disks (${url}): ${messageOf(error)}`, { cause: error });
    }
  };
  return {
    manifest: (signal) =>
      asked(signal, async () => {
        const answer: unknown = JSON.parse(await readText((await ask(disksPath(guestId), signal)).body));
        if (!isDiskManifest(answer)) throw new VolvoxError('unavailable', `${url} answered no list of disks.`);
        return answer;
      }),
    block: (disk, index, buffer, signal) =>
      asked(signal, async () => {
        const { statusCode, headers, body } = await ask(blockPath(guestId, disk, index), signal);
        const bytes = await read(body, buffer, blockLength(disk, index));
        if (statusCode === 204) return { kind: 'zeros' };
        const reason = damage(bytes, blockLength(disk, index), headers[SHA256_HEADER]);
        return reason === null ? { kind: 'bytes', bytes } : { kind: 'damaged', reason };
      }),
  };
}

/** The host may be one of another cell; what it sends costs a bounded amount of memory. */
async function readText(body: AsyncIterable<Buffer>): Promise<string> {
  const bytes = await read(body, Buffer.alloc(TEXT_BYTES_MAX + 1), TEXT_BYTES_MAX);
  if (bytes.length <= TEXT_BYTES_MAX) return bytes.toString();
  throw new VolvoxError('unavailable', `The host with the disks answers more than ${TEXT_BYTES_MAX} bytes.`);
}

/** Not more than one byte beyond what is expected is kept, whatever comes. */
async function read(body: AsyncIterable<Buffer>, buffer: Buffer, length: number): Promise<Buffer> {
  let at = 0;
  for await (const chunk of body) {
    at += chunk.copy(buffer, at, 0, length + 1 - at);
    if (at > length) break;
  }
  return buffer.subarray(0, at);
}

function damage(bytes: Buffer, length: number, sha256: string | string[] | undefined): string | null {
  if (bytes.length !== length) return `it has not ${length} bytes`;
  return hash('sha256', bytes, 'hex') === sha256 ? null : 'its checksum is wrong';
}

/** Where the answer is none of ours, the status is all there is. */
const refusal = (text: string, status: number): VolvoxError =>
  readWireError(text) ?? new VolvoxError('unavailable', `The host with the disks answered ${status}.`);
