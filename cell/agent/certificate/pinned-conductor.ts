import { request } from 'node:https';
import { messageOf, VolvoxError } from '#platform/errors/volvox-error.ts';
import {
  AUTHORITY_ROUTE,
  type CellTrust,
  fingerprintOf,
  withoutCertificate,
} from '#platform/tls/pinned-authorities.ts';
import type { Transport } from '#platform/tls/transport.ts';

const TIMEOUT_MS = 5_000;
const MAX_BYTES = 256 * 1024;

interface PinnedCell {
  readonly cell: string;
  /** Believes the authorities of the cell, and shows no certificate. */
  readonly transport: Transport;
}

/**
 * Learns the authorities of the cell from a conductor whose certificate nobody vouches for yet. Nothing is sent, and nothing is believed but
 * what has the fingerprint of the token: whoever stands between cannot replace the authorities, and does not learn the token.
 * @throws VolvoxError forbidden: another one answers than the token is for; unavailable: none answers.
 */
export async function pinnedCell(conductorUrls: readonly string[], fingerprint: string): Promise<PinnedCell> {
  let last: unknown = new VolvoxError('unavailable', 'No conductor is configured (cell.conductorUrls).');
  for (const url of conductorUrls) {
    try {
      const { cell, authorities } = await ask(url);
      if (!isVouchedFor(cell, authorities, fingerprint)) throw anotherOne(url);
      return { cell, transport: { files: withoutCertificate(authorities), insecure: false } };
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

function isVouchedFor(cell: string, authorities: string, fingerprint: string): boolean {
  try {
    return fingerprintOf(cell, authorities) === fingerprint;
  } catch {
    return false;
  }
}

const anotherOne = (url: string): VolvoxError =>
  new VolvoxError(
    'forbidden',
    `${url} does not show the authorities that the token is for. Either somebody stands between this host and the conductor, or the authorities have changed since the token was made; then make a new one. Nothing was sent.`,
  );

/** The certificate of the server is not checked: its answer is. */
function ask(url: string): Promise<CellTrust> {
  return new Promise((resolve, reject) => {
    const silent = (error: Error): void =>
      reject(
        new VolvoxError('unavailable', `The conductor at ${url} cannot be reached: ${messageOf(error)}`, {
          cause: error,
        }),
      );
    if (!url.startsWith('https:')) {
      reject(new VolvoxError('invalid', `The token is for a cell with TLS, and ${url} is no https: URL.`));
      return;
    }
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const asking = request(new URL(AUTHORITY_ROUTE, url), { agent: false, rejectUnauthorized: false, signal });
    asking.once('error', silent);
    asking.once('response', (answer) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > MAX_BYTES) asking.destroy(new Error('the answer is too long'));
        else parts.push(part);
      });
      answer.once('error', silent);
      answer.once('end', () => {
        const trust = readTrust(Buffer.concat(parts).toString());
        if (trust === null) reject(anotherOne(url));
        else resolve(trust);
      });
    });
    asking.end();
  });
}

function readTrust(text: string): CellTrust | null {
  try {
    const { cell, authorities } = JSON.parse(text) as Partial<Record<keyof CellTrust, unknown>>;
    return typeof cell === 'string' && typeof authorities === 'string' ? { cell, authorities } : null;
  } catch {
    return null;
  }
}
