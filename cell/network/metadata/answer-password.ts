import type { IncomingMessage, ServerResponse } from 'node:http';
import { isVolvoxError } from '#platform/errors/volvox-error.ts';
import type { GuestPasswords } from './guest-passwords.ts';
import { MAX_PASSWORD_BYTES } from './password-document.ts';

/** Answers the metadata server: 404: nobody has that address; 409: the guest has posted a password already; 503: the conductor is away. */
export async function answerPassword(
  passwords: Pick<GuestPasswords, 'read' | 'save'>,
  { networkId, address }: { readonly networkId: string; readonly address: string },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    if (request.method === 'GET') {
      const password = await passwords.read(networkId, address);
      response.writeHead(200).end(password);
      return;
    }
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    const password = Buffer.concat(parts);
    if (request.method !== 'PUT' || password.length > MAX_PASSWORD_BYTES) return void response.writeHead(400).end();
    await passwords.save(networkId, address, password.toString('latin1'));
    response.writeHead(200).end();
  } catch (error) {
    if (isVolvoxError(error, 'not-found')) response.writeHead(404).end('Not Found');
    else if (isVolvoxError(error, 'conflict')) response.writeHead(409).end('There is a password already.');
    else response.writeHead(503).end('Try again later');
  }
}
