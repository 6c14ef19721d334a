import type { FastifyReply, FastifyRequest } from 'fastify';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { budgetKeyOf } from '../budgets/budget-key.ts';
import type { RequestBudgets } from '../budgets/request-budgets.ts';
import type { RequestKind } from '../budgets/request-load.ts';
import type { Route } from './route.ts';

/** The turns of requests whose handlers have not begun. */
const turns = new WeakMap<FastifyRequest, () => void>();

/**
 * The hook in which a request waits for its turn, after its body was read and before any work. A request whose client has gone meanwhile is
 * dropped. A route that streams takes no turn: a transfer lasts as long as its client likes. Nor
 * does one whose handler waits at a gate of its own.
 */
export const awaitTurn =
  (budgets: RequestBudgets) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const { declared } = request.routeOptions.config;
    if (declared === undefined || declared.document || declared.streams || declared.turn === 'own') return;
    const key = budgetKeyOf(request.context, request.ip);
    turns.set(request, await budgets.enter(key, kindOf(declared), signalOf(request, reply)));
  };

/**
 * The hook that ends the turn of a request that another hook answered in place of the handler. It runs for every answer, also when the client has
 * gone, which no event of the response does.
 */
export function endTurn(request: FastifyRequest, _reply: unknown, payload: unknown, done: Done): void {
  takeTurn(request)();
  done(null, payload);
}
type Done = (error: null, payload: unknown) => void;

/** A GET whose path does not end in an id lists something. */
function kindOf({ method, path }: Route): RequestKind {
  if (method !== 'GET') return 'write';
  return /\/:[^/]+$/.test(path) ? 'read' : 'list';
}

/** Hands the turn of a request to its handler, which ends it when the work has ended, even if its client has gone before. */
export function takeTurn(request: FastifyRequest): () => void {
  const leave = turns.get(request) ?? (() => undefined);
  turns.delete(request);
  return leave;
}

const works = new WeakMap<FastifyRequest, AbortController>();

/** Aborts when the client has gone before it got the whole answer, and when the time of the request is over. */
export const signalOf = (request: FastifyRequest, reply: FastifyReply): AbortSignal => workOf(request, reply).signal;

/** What ends the work for a request. */
export function workOf(request: FastifyRequest, reply: FastifyReply): AbortController {
  const known = works.get(request);
  if (known !== undefined) return known;
  const work = new AbortController();
  const end = () => {
    if (!reply.raw.writableFinished) work.abort(new VolvoxError('deadline-exceeded', 'The client has gone.'));
  };
  // A client that left while its token was checked closes nothing any more.
  if (reply.raw.destroyed || request.raw.socket.destroyed) end();
  else reply.raw.once('close', end);
  works.set(request, work);
  return work;
}
