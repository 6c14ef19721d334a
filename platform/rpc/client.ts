import type { Duplex } from 'node:stream';
import type { Static, TSchema } from 'typebox';
import type { ByteStream } from '../contracts/byte-stream.ts';
import { askedName, type Call, type Contract, convert } from '../contracts/contract.ts';
import { messageOf, VolvoxError } from '../errors/volvox-error.ts';
import { newRequestId } from '../logging/request-id.ts';
import { type Deadline, deadlineIn } from '../time/deadline.ts';
import { ownScope, scopeOfCell } from '../tls/cell-scope.ts';
import { openPool } from '../tls/dispatcher.ts';
import { peersOf } from '../tls/roles.ts';
import { tlsRefusal } from '../tls/tls-refusal.ts';
import { PLAIN_ON_LOOPBACK, type Transport } from '../tls/transport.ts';
import { BadAnswer } from './bad-answer.ts';
import { Breaker } from './breaker.ts';
import { checkAnswer } from './check-answer.ts';
import { openByteStream } from './open-byte-stream.ts';
import { type Outcome, outcomeOf, wasNotConnected } from './outcome.ts';
import { readAnswer } from './read-answer.ts';
import {
  DEADLINE_HEADER,
  EXPIRES_HEADER,
  NOW_HEADER,
  REQUEST_ID_HEADER,
  SPEAKS_HEADER,
  VERSION_HEADER,
} from './wire.ts';
import { errorOfAnswer } from './wire-error.ts';

/** A request expires so long before its caller gives up: what began in time has this time to be committed, ms. */
const EXPIRY_MARGIN_MS = 500;

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
 * For calls that expire `details.outcome` says what became of the request (outcome.ts).
 */
export type Client<C extends Contract> = {
  readonly [K in keyof C['calls']]: (
    request: Static<C['calls'][K]['request']>,
    options?: CallOptions,
  ) => Promise<Static<C['calls'][K]['response']>>;
} & {
  /** @throws VolvoxError as `openByteStream`. */
  openStream<S extends TSchema>(stream: ByteStream<S>, params: Static<S>, options: StreamOptions): Promise<Duplex>;
  close(): Promise<void>;
};

interface StreamOptions {
  readonly deadlineMs: number;
}

interface Peer {
  /** `http://127.0.0.1:8780` */
  readonly url: string;
  /** The credential of each call; a function when it may change. */
  readonly key: string | (() => string);
  /** The peer's own connections and no more (bulkhead). */
  readonly connections?: number;
  /** With an `https:` URL the peer must have the role of the contract's server. Otherwise: plain, on loopback only. */
  readonly transport?: Transport;
  /** The name of the cell of which the peer must be, where that is not the cell of this process. */
  readonly cell?: string;
}

/** @throws VolvoxError invalid when the URL is plain and beyond loopback, or asks for TLS without files for it. */
export function createClient<C extends Contract>(contract: C, peer: Peer): Client<C> {
  const transport = peer.transport ?? PLAIN_ON_LOOPBACK;
  const pool = openPool(transport, peer.url, () => peersOf(contract.name).server, {
    connections: peer.connections ?? 32,
    connectMs: 2_000,
    scope: () => {
      const { sameCell } = peersOf(contract.name);
      // The global tier still accepts doors with certificates of the release before, which name no cell.
      if (peer.cell !== undefined) return scopeOfCell(peer.cell, !sameCell);
      return sameCell ? ownScope(transport.files?.current.identities ?? []) : null;
    },
  });
  const breaker = new Breaker();
  const who = `${contract.name} at ${peer.url}`;
  /**
   * `clockAheadMs`: of the peer's clock, at least, against the time since this process began, which no change of our clock moves; undefined: not
   * known yet; null: the peer does not tell.
   */
  const state: { version: number; clockAheadMs: number | null | undefined } = {
    version: contract.version,
    clockAheadMs: undefined,
  };

  const send = async (name: string, definition: Call, request: unknown, options: CallOptions): Promise<unknown> => {
    const deadlineMs = options.deadlineMs ?? definition.deadlineMs;
    const until = performance.now() + deadlineMs;
    const deadline = deadlineIn(Math.max(1, deadlineMs), options.signal);
    const version = state.version;
    /** null: nothing was sent. */
    let sent: 'expires' | 'may be carried out late' | null = null;
    try {
      breaker.check(peer.url);
      const expiry = definition.expires ? await expiryOf(until, deadline.signal) : null;
      sent = expiry === null ? 'may be carried out late' : 'expires';
      const answer = await pool.request({
        method: 'POST',
        path: `/rpc/${contract.name}/${askedName(contract, name, definition)}`,
        headers: {
          authorization: `Bearer ${keyOf()}`,
          'content-type': 'application/json',
          [VERSION_HEADER]: String(version),
          [DEADLINE_HEADER]: String(deadlineMs),
          ...(expiry === null ? {} : { [EXPIRES_HEADER]: String(expiry) }),
          [REQUEST_ID_HEADER]: options.requestId ?? newRequestId(),
        },
        body: JSON.stringify(convert(definition, 'request', request, contract.version, version)),
        signal: deadline.signal,
        headersTimeout: deadlineMs + 1_000,
        bodyTimeout: deadlineMs + 1_000,
      });
      const text = await readAnswer(answer, definition.maxAnswerBytes);
      learnClock(answer.headers[NOW_HEADER]);
      if (answer.statusCode === 200) {
        const said = answerOf(definition, text, version);
        breaker.succeeded();
        return said;
      }
      breaker.succeeded();
      const speaks = answer.headers[SPEAKS_HEADER];
      if (typeof speaks === 'string' && lowerTo(speaks)) return await send(name, definition, request, options);
      throw errorOfAnswer(text, answer.statusCode);
    } catch (error) {
      const known = translate(error, deadline, options.signal);
      if (!definition.expires || !isSilent(known) || outcomeOf(known) !== null) throw known;
      const isOver = sent === null || wasNotConnected(error) || (sent === 'expires' && deadline.isOver);
      throw withOutcome(known, isOver ? 'not-done' : 'unknown');
    } finally {
      deadline.end();
    }
  };

  /** @throws BadAnswer */
  const answerOf = (definition: Call, text: string, version: number): unknown => {
    let answer: unknown;
    try {
      answer = convert(definition, 'response', JSON.parse(text), version, contract.version);
    } catch (error) {
      throw new BadAnswer(messageOf(error), { cause: error });
    }
    if (contract.checksAnswers === true) checkAnswer(definition, answer);
    return answer;
  };

  /** By the peer's clock; null when the peer does not tell its time, so that it would not refuse a late request either. */
  const expiryOf = async (until: number, signal: AbortSignal): Promise<number | null> => {
    if (state.clockAheadMs === undefined) {
      const answer = await pool.request({
        method: 'POST',
        path: `/rpc/${contract.name}/clock`,
        headers: { authorization: `Bearer ${keyOf()}`, 'content-type': 'application/json' },
        body: '{}',
        signal,
      });
      await answer.body.dump();
      learnClock(answer.headers[NOW_HEADER]);
    }
    return typeof state.clockAheadMs === 'number' ? Math.floor(until - EXPIRY_MARGIN_MS + state.clockAheadMs) : null;
  };

  /** The answer took some time to arrive, so the peer's clock is at least so far ahead: requests rather expire too early. */
  const learnClock = (told: unknown): void => {
    const now = Number(told);
    state.clockAheadMs = told === undefined || !Number.isFinite(now) ? null : now - performance.now();
  };

  const keyOf = (): string => (typeof peer.key === 'string' ? peer.key : peer.key());

  /** Agrees on the newest version both speak. False when there is none lower to try. */
  const lowerTo = (speaks: string): boolean => {
    const [, oldest, newest] = /^(\d{1,6})-(\d{1,6})$/.exec(speaks) ?? [];
    const common = Math.min(contract.version, Number(newest ?? 0));
    if (common < contract.oldest || common < Number(oldest ?? 0) || common >= state.version) return false;
    state.version = common;
    return true;
  };

  const translate = (error: unknown, deadline: Deadline, given: AbortSignal | undefined): VolvoxError => {
    if (error instanceof VolvoxError) return error;
    if (deadline.isOver) {
      return new VolvoxError('deadline-exceeded', `${who} did not answer in time.`, { cause: error });
    }
    if (given?.aborted === true) {
      return new VolvoxError('deadline-exceeded', `${who} was not waited for.`, { cause: error });
    }
    breaker.failed();
    return new VolvoxError('unavailable', `${who} ${whatIsWrong(error)}`, { cause: error });
  };

  const methods = Object.fromEntries(
    Object.entries(contract.calls).map(([name, definition]) => [
      name,
      (request: unknown, options: CallOptions = {}) => send(name, definition, request, options),
    ]),
  );
  const openStream = async <S extends TSchema>(stream: ByteStream<S>, params: Static<S>, options: StreamOptions) => {
    breaker.check(peer.url);
    return await openByteStream(pool, stream, params, { key: keyOf(), ...options });
  };
  return { ...methods, openStream, close: () => pool.destroy() } as unknown as Client<C>;
}

function whatIsWrong(error: unknown): string {
  if (error instanceof BadAnswer) return `answers with something else than its contract says: ${error.message}`;
  const why = tlsRefusal(error);
  return why === null ? 'cannot be reached.' : `cannot be reached by TLS: ${why}`;
}

const isSilent = ({ kind }: VolvoxError): boolean => kind === 'unavailable' || kind === 'deadline-exceeded';

const withOutcome = ({ kind, message, details, cause }: VolvoxError, outcome: Outcome): VolvoxError =>
  new VolvoxError(kind, message, { details: { ...details, outcome }, cause });
