import { type IncomingMessage, request } from 'node:http';
import { isSince, OPENSTACK_VERSIONS } from '../../agent/metadata/versions.ts';

/** The longest password, in bytes (nova/api/metadata/password.py: 4 pieces of 255). */
export const MAX_PASSWORD_BYTES = 4 * 255;
const ANSWER_WITHIN_MS = 2_000;

interface Reply {
  readonly status: number;
  readonly body: string;
}

/** `/openstack/<version>/password`, since 2013-04-04. */
export function isPasswordPath(path: string): boolean {
  const [root, version = '', name, ...more] = path.split('/').filter((part) => part !== '');
  const isKnown = OPENSTACK_VERSIONS.some((known) => known === version) && isSince(version, '2013-04-04');
  return root === 'openstack' && isKnown && name === 'password' && more.length === 0;
}

/** Reads or posts the password of a guest through the Unix socket of the agent. Never rejects: 503 when the agent does not answer. */
export async function passwordReply(
  socketPath: string,
  networkId: string,
  address: string,
  asked: IncomingMessage,
): Promise<Reply> {
  const path = `/passwords/${networkId}/${address}`;
  if (asked.method === 'GET') return askAgent(socketPath, 'GET', path, '');
  if (asked.method !== 'POST') return { status: 400, body: 'Bad Request' };
  const body = await bodyOf(asked);
  if (body === null) return { status: 400, body: 'Request is too large.' };
  return isText(body) ? askAgent(socketPath, 'PUT', path, body) : { status: 400, body: 'The password is not text.' };
}

/** Encrypted passwords are base64. */
const isText = (body: string): boolean => /^[\x20-\x7e\r\n\t]*$/.test(body);

/** null: it is too long. Reads no more than is needed to know. */
async function bodyOf(asked: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of asked as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MAX_PASSWORD_BYTES) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('latin1');
}

function askAgent(socketPath: string, method: string, path: string, body: string): Promise<Reply> {
  return new Promise((resolve) => {
    const away = () => resolve({ status: 503, body: 'Try again later' });
    const question = request({ socketPath, method, path, timeout: ANSWER_WITHIN_MS }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => {
        text += part;
      });
      answer.once('error', away);
      answer.once('end', () => resolve({ status: answer.statusCode ?? 503, body: text }));
    });
    question.once('timeout', () => question.destroy(new Error('no answer in time')));
    question.once('error', away);
    question.end(body);
  });
}
