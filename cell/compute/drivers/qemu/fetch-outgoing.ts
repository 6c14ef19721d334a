import type { Dispatcher } from 'undici';
import { messageOf, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { PeerGuest } from '#platform/objects/guest-parts.ts';
import { request } from '#platform/tls/undici.ts';
import { machinePath } from '../../disk-transfer/routes.ts';
import { isOutgoingMachine, OUTGOING_MACHINE_MAX, type OutgoingMachine } from '../outgoing-machine.ts';

const SILENCE_MS = 10_000;
const TEXT_OF_REFUSAL = 300;

/** Asks the agent of the outgoing side for its machine. @throws VolvoxError unavailable. */
export async function fetchOutgoing(
  { url, guestId, ticket }: PeerGuest,
  dispatcher: Dispatcher,
  signal: AbortSignal,
): Promise<OutgoingMachine> {
  try {
    const { statusCode, body } = await request(new URL(machinePath(guestId), url), {
      ...{ dispatcher, signal, headersTimeout: SILENCE_MS, bodyTimeout: SILENCE_MS },
      headers: { authorization: `Bearer ${ticket}` },
    });
    const text = await readText(body);
    if (statusCode !== 200)
      throw new VolvoxError('unavailable', `status ${statusCode}, ${text.slice(0, TEXT_OF_REFUSAL)}`);
    const answer: unknown = JSON.parse(text);
    if (isOutgoingMachine(answer)) return answer;
    throw new VolvoxError('unavailable', 'it described no machine');
  } catch (cause) {
    signal.throwIfAborted();
    throw new VolvoxError('unavailable', `The host that the guest comes from (${url}): ${messageOf(cause)}`, { cause });
  }
}

async function readText(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > OUTGOING_MACHINE_MAX) throw new VolvoxError('unavailable', 'it says too much');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
