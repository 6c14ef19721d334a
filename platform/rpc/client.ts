import type { Static } from 'typebox';
import { askedName, type Call, type Contract, convert } from '../contracts/contract.ts';
import { ERROR_KINDS, type ErrorKind, VolvoxError } from '../errors/volvox-error.ts';
import { newRequestId } from '../logging/request-id.ts';
import { openPool } from '../tls/dispatcher.ts';
import { peersOf } from '../tls/roles.ts';
import { tlsRefusal } from '../tls/tls-refusal.ts';
import { PLAIN_ON_LOOPBACK, type Transport } from '../tls/transport.ts';
import { Breaker } from './breaker.ts';
import { DEADLINE_HEADER, REQUEST_ID_HEADER, SPEAKS_HEADER, VERSION_HEADER, type WireError } from './wire.ts';

export interface CallOptions {
  /** How long the answer may take, ms; the call's own default otherwise. */
  readonly deadlineMs?: number;
  readonly requestId?: string;
  /** Aborts the call from outside. */
  readonly signal?: AbortSignal;
}

/**
 * A peer that speaks a contract. Every method rejects with a VolvoxError: what the peer said, or `unavailable` (it cannot be
 * reached, or the connection broke: it may have been carried out), or `deadline-exceeded` (no answer in time; whether it was carried out is unknown).
 */
export type Client<C extends Contract> = {
  readonly [K in keyof C['calls']]: (
    request: Static<C['calls'][K]['request']>,
    options?: CallOptions,
  ) => Promise<Static<C['calls'][K]['response']>>;
} & { close(): Promise<void> };

interface Peer {
  /** `http://127.0.0.1:8780` */
  readonly url: string;
  /** The credential of each call; a function when it may change. */
  readonly key: string | (() => string);
  /** The peer's own connections and no more (bulkhead). */
  readonly connections?: number;
  /** With an `https:` URL the peer must have the role of the contract's server. Otherwise: plain, on loopback only. */
  readonly transport?: Transport;
}

/** @throws VolvoxError invalid when the URL is plain and beyond loopback, or asks for TLS without files for it. */
export function createClient<C extends Contract>(contract: C, peer: Peer): Client<C> {
  const transport = peer.transport ?? PLAIN_ON_LOOPBACK;
  const pool = openPool(transport, peer.url, () => peersOf(contract.name).server, {
    connections: peer.connections ?? 32,
    connectMs: 2_000,
  });
  const breaker = new Breaker();
  const state = { version: contract.version };

  const send = async (name: string, definition: Call, request: unknown, options: CallOptions): Promise<unknown> => {
    breaker.check(peer.url);
    const deadlineMs = options.deadlineMs ?? definition.deadlineMs;
    const timeout = AbortSignal.timeout(Math.max(1, deadlineMs));
    const version = state.version;
    try {
      const answer = await pool.request({
        method: 'POST',
        path: `/rpc/${contract.name}/${askedName(contract, name, definition)}`,
        headers: {
          authorization: `Bearer ${typeof peer.key === 'string' ? peer.key : peer.key()}`,
          'content-type': 'application/json',
          [VERSION_HEADER]: String(version),
          [DEADLINE_HEADER]: String(deadlineMs),
          [REQUEST_ID_HEADER]: options.requestId ?? newRequestId(),
        },
        body: JSON.stringify(convert(definition, 'request', request, contract.version, version)),
        signal: options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]),
        headersTimeout: deadlineMs + 1_000,
        bodyTimeout: deadlineMs + 1_000,
      });
      const text = await answer.body.text();
      breaker.succeeded();
      if (answer.statusCode === 200)
        return convert(definition, 'response', JSON.parse(text), version, contract.version);
      const speaks = answer.headers[SPEAKS_HEADER];
      if (typeof speaks === 'string' && lowerTo(speaks)) return await send(name, definition, request, options);
      throw fromWire(text, answer.statusCode);
    } catch (error) {
      throw translate(error, timeout, options.signal);
    }
  };

  /** Agrees on the newest version both speak. False when there is none lower to try. */
  const lowerTo = (speaks: string): boolean => {
    const [oldest, newest] = speaks.split('-').map(Number);
    const common = Math.min(contract.version, newest ?? 0);
    if (common < contract.oldest || common < (oldest ?? 0) || common >= state.version) return false;
    state.version = common;
    return true;
  };

  const translate = (error: unknown, timeout: AbortSignal, given: AbortSignal | undefined): VolvoxError => {
    if (error instanceof VolvoxError) return error;
    if (timeout.aborted) {
      return new VolvoxError('deadline-exceeded', `${contract.name} at ${peer.url} did not answer in time.`, {
        cause: error,
      });
    }
    if (given?.aborted === true) {
      return new VolvoxError('deadline-exceeded', `${contract.name} at ${peer.url} was not waited for.`, {
        cause: error,
      });
    }
    breaker.failed();
    const why = tlsRefusal(error);
    const sentence = why === null ? 'cannot be reached.' : `cannot be reached by TLS: ${why}`;
    return new VolvoxError('unavailable', `${contract.name} at ${peer.url} ${sentence}`, { cause: error });
  };

  const methods = Object.fromEntries(
    Object.entries(contract.calls).map(([name, definition]) => [
      name,
      (request: unknown, options: CallOptions = {}) => send(name, definition, request, options),
    ]),
  );
  return { ...methods, close: () => pool.destroy() } as unknown as Client<C>;
}

/** A refusal is an answer, in whatever form it comes; only what is no answer at all counts as silence. */
function kindOfStatus(status: number): ErrorKind {
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'forbidden';
  if (status === 413) return 'too-large';
  if (status === 404 || status === 405) return 'unsupported';
  return status >= 400 && status < 500 ? 'invalid' : 'unavailable';
}

function fromWire(text: string, status: number): VolvoxError {
  try {
    const { error } = JSON.parse(text) as WireError;
    if (error.kind in ERROR_KINDS) return new VolvoxError(error.kind, error.message, { details: error.details });
  } catch {
    // Not an answer of ours; the status is all there is.
  }
  return new VolvoxError(kindOfStatus(status), `The peer answered ${status} and nothing that can be read.`);
}
