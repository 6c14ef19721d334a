import type { Apis } from './operations.ts';

/** What the APIs take and answer, by noun: the types of the OpenAPI documents under short names. */

type Response<A extends keyof Apis, O extends keyof Apis[A]> = Apis[A][O] extends { readonly response: infer R }
  ? R
  : never;
type Body<A extends keyof Apis, O extends keyof Apis[A]> = Apis[A][O] extends { readonly body: infer B } ? B : never;

export type Server = Response<'compute', 'GET /servers/{id}'>['server'];
/** In lists, the servers of a cell that does not answer are there in part. */
export type ListedServer = Response<'compute', 'GET /servers/detail'>['servers'][number];
export type NewServer = Body<'compute', 'POST /servers'>['server'];
export type ServerAction = Body<'compute', 'POST /servers/{id}/action'>;
export type Host = Response<'federation', 'GET /v1/hosts'>['hosts'][number];
export type Operation = Response<'federation', 'GET /v1/operations/{id}'>;
/** Why a server is where it is, or nowhere. */
export type ExplainedServer = Response<'federation', 'GET /v1/servers/{id}/decision'>;
export type NewSimulation = Body<'federation', 'POST /v1/simulations'>;
export type Simulation = Response<'federation', 'POST /v1/simulations'>['simulation'];
export type Move = Response<'federation', 'GET /v1/moves/{id}'>['move'];
/** What a dry run of a move tells. */
export type MovePlan = Exclude<Response<'federation', 'POST /v1/moves'>['move'], { readonly id: string }>;
/** A cell that was just registered or changed comes without its health. */
export type Cell = Response<'federation', 'POST /v1/cells'>;
export type CellWithHealth = Response<'federation', 'GET /v1/cells'>['cells'][number];
/** A network with its routers, and its ports with their hosts. */
export type NetworkMap = Response<'federation', 'GET /v1/networks/{id}'>;
export type Trace = Response<'federation', 'POST /v1/traces'>['trace'];
export type Finding = Response<'federation', 'GET /v1/findings'>['findings'][number];
export type QuarantinedServer = Response<'federation', 'GET /v1/aside'>['instances'][number];
