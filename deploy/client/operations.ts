import type { ComputeOperations } from './generated/compute.ts';
import type { FederationOperations } from './generated/federation.ts';
import type { IdentityOperations } from './generated/identity.ts';
import type { ImageOperations } from './generated/image.ts';
import type { NetworkOperations } from './generated/network.ts';
import type { PlacementOperations } from './generated/placement.ts';

/** The operations of every API, by the API's name: what generated types say of each. */
export interface Apis {
  readonly compute: ComputeOperations;
  readonly identity: IdentityOperations;
  readonly image: ImageOperations;
  readonly network: NetworkOperations;
  readonly placement: PlacementOperations;
  readonly federation: FederationOperations;
}
export type ApiName = keyof Apis;

/** What every generated operation has. */
interface Operation {
  readonly path: object;
  readonly query: object;
  readonly body: unknown;
  readonly response: unknown;
}
export type OperationOf<A extends ApiName, O extends keyof Apis[A]> = Apis[A][O] extends Operation ? Apis[A][O] : never;

/** A request to an operation: its path parameters, query and body are there exactly when the operation has them. */
export type CallOptions<T extends Operation> = (keyof T['path'] extends never ? object : { readonly path: T['path'] }) &
  (keyof T['query'] extends never ? object : { readonly query?: T['query'] }) &
  (T['body'] extends null ? object : { readonly body: T['body'] }) & {
    readonly headers?: Readonly<Record<string, string>>;
    /** What an operation that streams takes. */
    readonly bytes?: ReadableStream;
  };

/** The URL of a call below its service: parameters of the path are encoded, a list in the query is repeated. */
export function callPath(
  operation: string,
  options: { readonly path?: object; readonly query?: object },
): { readonly method: string; readonly path: string } {
  const [method = '', template = ''] = operation.split(' ', 2);
  const parameters = (options.path ?? {}) as Readonly<Record<string, string>>;
  const path = template.replace(/\{(\w+)\}/g, (_whole, name: string) => encodeURIComponent(parameters[name] ?? ''));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(options.query ?? {})) {
    for (const one of [value].flat()) if (one !== undefined) query.append(name, String(one));
  }
  const search = query.toString();
  return { method, path: search === '' ? path : `${path}?${search}` };
}
