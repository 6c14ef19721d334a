import type { Caller } from '../identity/caller.ts';

/** Who asks, and under which id the request is followed from REST to hypervisor. Set before any handler of a mounted API runs. */
export interface RequestContext extends Caller {
  readonly requestId: string;
  /** The id under which the client follows several requests, if it sent a well-formed one. */
  readonly globalRequestId: string | null;
  /** The token as sent; empty on a path that is open to everybody. */
  readonly token: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** On a path that is open to everybody, without a token: nobody (`NOBODY`). */
    context: RequestContext;
  }
}
