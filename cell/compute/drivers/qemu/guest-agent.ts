import { randomInt } from 'node:crypto';
import type { Socket } from 'node:net';
import { VolvoxError } from '#platform/errors/volvox-error.ts';

/** How long the agent may take over an answer, ms. It may have to start a program for it. */
const ANSWER_MS = 10_000;
/** Of an answer; those that are asked for here have some 20 bytes. */
const ANSWER_MAX = 64 * 1024;
/** It stands before the answer to `guest-sync-delimited`, and in no JSON text (QEMU Guest Agent Protocol Reference). */
const DELIMITER = 0xff;
const NEWLINE = 0x0a;

/**
 * Asks the QEMU guest agent to give a user a password, and closes the connection. The guest speaks here: nothing that it says is believed or
 * shown, and it cannot keep the caller waiting.
 * @throws VolvoxError conflict when the agent refuses, does not answer, or answers with something else.
 */
export async function setGuestPassword(socket: Socket, user: string, password: string, ms = ANSWER_MS): Promise<void> {
  const timer = setTimeout(() => socket.destroy(new VolvoxError('conflict', 'The guest agent does not answer.')), ms);
  try {
    const answers = answersOf(socket);
    const id = randomInt(1, 2 ** 31);
    // What an earlier connection left unread comes before the delimiter, and goes.
    socket.write(Buffer.from([DELIMITER]));
    await say(socket, { execute: 'guest-sync-delimited', arguments: { id } });
    for (;;) if (returned(await answers.next()) === id) break;
    await say(socket, {
      execute: 'guest-set-user-password',
      arguments: { username: user, password: Buffer.from(password).toString('base64'), crypted: false },
    });
    if (returned(await answers.next()) === undefined) {
      throw new VolvoxError('conflict', 'The guest agent refuses to set the password.');
    }
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

async function say(socket: Socket, request: object): Promise<void> {
  await new Promise<void>((resolve, reject) =>
    socket.write(`${JSON.stringify(request)}\n`, (error) => (error ? reject(error) : resolve())),
  );
}

/** What an answer returns; undefined for an error and for what is no answer. */
function returned({ value, done }: IteratorResult<string, void>): unknown {
  if (done === true) throw new VolvoxError('conflict', 'The guest agent ended the connection.');
  try {
    const answer: unknown = JSON.parse(value);
    return typeof answer === 'object' && answer !== null && 'return' in answer ? answer.return : undefined;
  } catch {
    return undefined;
  }
}

/** Its lines, each without what stands before the delimiter. @throws VolvoxError conflict when a line does not end. */
async function* answersOf(socket: Socket): AsyncGenerator<string, void> {
  let waiting = Buffer.alloc(0);
  for await (const bytes of socket as AsyncIterable<Buffer>) {
    waiting = Buffer.concat([waiting, bytes]);
    for (let end = waiting.indexOf(NEWLINE); end >= 0; end = waiting.indexOf(NEWLINE)) {
      const line = waiting.subarray(0, end);
      waiting = waiting.subarray(end + 1);
      yield line.subarray(line.lastIndexOf(DELIMITER) + 1).toString();
    }
    if (waiting.length > ANSWER_MAX) throw new VolvoxError('conflict', 'The guest agent sends no whole answer.');
  }
}
