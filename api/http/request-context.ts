import type { Authorizing } from './policy.ts';

/** The caller, and the id that follows the request from REST to hypervisor. Set before any handler of a mounted API runs. */
export interface RequestContext extends Authorizing {
  readonly requestId: string;
  /** The client's id for a group of requests, if it sent a well-formed one. */
  readonly globalRequestId: string | null;
  /** The token as sent; empty on a path that needs no token. */
  readonly token: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** `NOBODY` on a path that needs no token. */
    context: RequestContext;
  }
}
