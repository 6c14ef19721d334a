import { Compile } from 'typebox/compile';
import type { Call, Contract } from '#platform/contracts/contract.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Caller } from '#platform/rpc/authenticate.ts';
import type { CallOptions, Client } from '#platform/rpc/client.ts';
import type { CallContext, Handlers } from '#platform/rpc/server.ts';
import type { Faults } from '../kernel/faults.ts';
import type { Kernel, Life } from '../kernel/kernel.ts';
import { latency } from '../kernel/latency.ts';

type Handler = (request: unknown, context: CallContext) => Promise<unknown>;
interface Served {
  readonly life: Life;
  readonly handlers: ReadonlyMap<string, Handler>;
}

interface Question {
  readonly from: Life;
  readonly address: string;
  readonly call: string;
  readonly definition: Call;
  readonly caller: Caller;
  readonly options: CallOptions;
}

const checks = new Map<Call, { Check(value: unknown): boolean; Errors(value: unknown): unknown }>();

/**
 * Calls between simulated processes: real contracts and handlers, checked and copied as over HTTP. A request or an answer may be lost or
 * late, a peer may die while it handles the call; the caller then hears `unavailable`, or `deadline-exceeded`.
 */
export class Network {
  readonly #kernel: Kernel;
  readonly #faults: Faults;
  readonly #served = new Map<string, Served[]>();
  readonly #cut = new Set<string>();

  constructor(kernel: Kernel, faults: Faults) {
    this.#kernel = kernel;
    this.#faults = faults;
  }

  /** Several may serve one address: each call goes to one of those that live. */
  serve<C extends Contract>(life: Life, address: string, contract: C, handlers: Handlers<C, keyof C['calls']>): void {
    const all = this.#served.get(address) ?? [];
    this.#served.set(address, all);
    const byName = Object.entries(handlers).map(([name, handler]) => [`${contract.name}/${name}`, handler as Handler]);
    const served: Served = { life, handlers: new Map(byName as [string, Handler][]) };
    all.push(served);
    life.atDeath.add(() => all.splice(all.indexOf(served), 1));
  }

  /** `caller`: the peer with a key of its own that asks. */
  client<C extends Contract>(from: Life, address: string, contract: C, caller: Caller = { id: null }): Client<C> {
    const methods = Object.entries(contract.calls).map(([name, definition]) => [
      name,
      (request: unknown, options: CallOptions = {}) =>
        this.#ask({ from, address, call: `${contract.name}/${name}`, definition, caller, options }, request),
    ]);
    return { ...Object.fromEntries(methods), close: async () => undefined } as Client<C>;
  }

  /** Nothing reaches this address from outside of the cell, until it is mended. */
  cut(address: string): void {
    this.#cut.add(address);
  }
  mend(address: string): void {
    this.#cut.delete(address);
  }

  #ask(question: Question, request: unknown): Promise<unknown> {
    const { from, options, definition, address, call } = question;
    const kernel = this.#kernel;
    return new Promise((resolve, reject) => {
      let over = false;
      const end = (settle: () => void): void => {
        if (over) return;
        over = true;
        deadline.cancelled = true;
        options.signal?.removeEventListener('abort', notWaited);
        settle();
      };
      const fail = (kind: 'unavailable' | 'deadline-exceeded', why: string): void =>
        end(() => reject(new VolvoxError(kind, `${call} at ${address} ${why}`)));
      const unreachable = (): void => {
        kernel.plan(latency(kernel.random), from, () => fail('unavailable', 'cannot be reached.'));
      };
      const notWaited = (): void => fail('deadline-exceeded', 'was not waited for.');
      const deadlineMs = options.deadlineMs ?? definition.deadlineMs;
      const deadline = kernel.plan(deadlineMs, from, () => fail('deadline-exceeded', 'did not answer in time.'));
      if (options.signal?.aborted === true) {
        notWaited();
        return;
      }
      options.signal?.addEventListener('abort', notWaited);

      const message = JSON.stringify(request);
      const send = (): void => {
        if (over) return;
        const fault = this.#faults.draw('request', from);
        if (fault === 'crash-before') this.#faults.crash(from);
        else if (fault === 'pause') kernel.plan(0, from, send);
        else if (fault === 'lost-before') unreachable();
        else
          this.#deliver(question, message, deadlineMs, fault === 'lost-after', { unreachable, end, resolve, reject });
      };
      kernel.plan(latency(kernel.random), from, send);
    });
  }

  #deliver(
    { from, address, call, definition, caller: asker, options }: Question,
    message: string,
    deadlineMs: number,
    answerIsLost: boolean,
    caller: {
      unreachable: () => void;
      end: (settle: () => void) => void;
      resolve: (answer: unknown) => void;
      reject: (error: unknown) => void;
    },
  ): void {
    const kernel = this.#kernel;
    const peers = (this.#served.get(address) ?? []).filter(({ life }) => life.alive);
    const cut = this.#cut.has(address);
    const peer = cut || peers.length === 0 ? undefined : kernel.random.pick(peers);
    const handler = peer?.handlers.get(call);
    if (peer === undefined || handler === undefined) {
      caller.unreachable();
      return;
    }
    const { life } = peer;
    const gone = new AbortController();
    life.atDeath.add(caller.unreachable);
    const answer = (settle: () => void): void => {
      life.atDeath.delete(caller.unreachable);
      const fault = life.alive ? this.#faults.draw('answer', life) : null;
      if (fault === 'crash-before') {
        life.atDeath.add(caller.unreachable);
        this.#faults.crash(life);
        return;
      }
      if (answerIsLost || fault === 'lost-before' || this.#cut.has(address)) return;
      kernel.plan(latency(kernel.random), from, () => caller.end(settle));
    };
    const handle = async (): Promise<void> => {
      const over = kernel.plan(deadlineMs, life, () => gone.abort(new VolvoxError('deadline-exceeded', 'late')));
      try {
        const result = await handler(checked(definition, call, message), {
          caller: asker,
          remoteAddress: '127.0.0.1',
          requestId: options.requestId ?? 'req-simulated',
          signal: gone.signal,
          deadlineMs,
          inTime: () => {
            if (definition.expires && gone.signal.aborted) throw new VolvoxError('deadline-exceeded', 'late');
          },
        });
        const text = JSON.stringify(result);
        answer(() => caller.resolve(text === undefined ? undefined : JSON.parse(text)));
      } catch (error) {
        const known = isVolvoxError(error) ? error : asInternal(error);
        answer(() => caller.reject(new VolvoxError(known.kind, known.message, { details: known.details })));
      } finally {
        over.cancelled = true;
      }
    };
    kernel.plan(latency(kernel.random), life, () => void handle());
  }
}

/** What a handler throws that is no VolvoxError is shown to nobody over HTTP; here it is kept for the one who reads the trace. */
const asInternal = (error: unknown): VolvoxError =>
  new VolvoxError('internal', 'Something went wrong.', { details: { simulated: String((error as Error).stack) } });

function checked(definition: Call, call: string, message: string): unknown {
  const known = checks.get(definition) ?? Compile(definition.request);
  checks.set(definition, known);
  const request: unknown = JSON.parse(message);
  if (!known.Check(request)) throw new VolvoxError('invalid', `${call}: ${JSON.stringify(known.Errors(request))}`);
  return request;
}
