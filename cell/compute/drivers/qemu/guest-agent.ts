import { randomInt } from 'node:crypto';
import type { Socket } from 'node:net';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';

/** Of all that an agent says on one connection, what it left unread on earlier ones included. Its answers have some 20 bytes each. */
const SAID_MAX = 64 * 1024;
/** It stands before the answer to `guest-sync-delimited`, and in no JSON text (QEMU Guest Agent Protocol Reference). */
const DELIMITER = 0xff;
const NEWLINE = 0x0a;

/** A command of the QEMU Guest Agent Protocol Reference. */
export interface AgentRequest {
  readonly execute: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
}

/**
 * Asks the QEMU guest agent for one thing, and closes the connection. The guest speaks here: nothing that it says is believed or shown, and it
 * can neither keep the caller waiting nor have it read more than `SAID_MAX` bytes.
 * @param ms within which it has to answer.
 * @returns whether the agent says that it did it.
 * @throws VolvoxError unsupported when it does not answer. It may do it all the same, and later.
 */
export async function askGuestAgent(socket: Socket, request: AgentRequest, ms: number): Promise<'done' | 'refused'> {
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    socket.destroy();
  }, ms);
  try {
    const answers = answersOf(socket);
    const id = randomInt(1, 2 ** 31);
    // What an earlier connection left unread comes before the delimiter, and goes.
    socket.write(Buffer.from([DELIMITER]));
    await say(socket, { execute: 'guest-sync-delimited', arguments: { id } });
    for (;;) if (returned(await answers.next()) === id) break;
    await say(socket, request);
    return returned(await answers.next()) === undefined ? 'refused' : 'done';
  } catch (error) {
    if (isLate) throw unanswered('The guest agent does not answer.');
    throw isVolvoxError(error) ? error : unanswered('The guest agent ended the connection.');
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

const unanswered = (message: string): VolvoxError => new VolvoxError('unsupported', message);

async function say(socket: Socket, request: AgentRequest): Promise<void> {
  await new Promise<void>((resolve, reject) =>
    socket.write(`${JSON.stringify(request)}\n`, (error) => (error ? reject(error) : resolve())),
  );
}

/** What an answer returns; undefined for an error and for what is no answer. */
function returned({ value, done }: IteratorResult<string, void>): unknown {
  if (done === true) throw unanswered('The guest agent ended the connection.');
  try {
    const answer: unknown = JSON.parse(value);
    return typeof answer === 'object' && answer !== null && 'return' in answer ? answer.return : undefined;
  } catch {
    return undefined;
  }
}

/** Its lines, each without what stands before the delimiter. @throws VolvoxError unsupported when it says too much. */
async function* answersOf(socket: Socket): AsyncGenerator<string, void> {
  let waiting = Buffer.alloc(0);
  let said = 0;
  for await (const bytes of socket as AsyncIterable<Buffer>) {
    said += bytes.length;
    if (said > SAID_MAX) throw unanswered('The guest agent sends no whole answer.');
    waiting = Buffer.concat([waiting, bytes]);
    for (let end = waiting.indexOf(NEWLINE); end >= 0; end = waiting.indexOf(NEWLINE)) {
      const line = waiting.subarray(0, end);
      waiting = waiting.subarray(end + 1);
      yield line.subarray(line.lastIndexOf(DELIMITER) + 1).toString();
    }
  }
}
