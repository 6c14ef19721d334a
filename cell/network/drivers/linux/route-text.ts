/** An element of `ip -j route show table all`. */
export interface KernelRoute {
  readonly dst: string;
  readonly dev?: string;
  readonly gateway?: string;
  /** A next hop of the other family. */
  readonly via?: { readonly family: string; readonly host: string };
  readonly prefsrc?: string;
  readonly table?: string;
  readonly protocol?: string;
  readonly flags?: readonly string[];
}

/** The route as `ip route` takes it, with its parts in the order of `desired-routers.ts`. */
export function routeText(
  { dst, dev = '', gateway, via, prefsrc, table, flags = [] }: KernelRoute,
  family: 4 | 6,
): string {
  const everything = family === 4 ? '0.0.0.0/0' : '::/0';
  return [
    dst === 'default' ? everything : dst,
    gateway === undefined ? '' : ` via ${gateway}`,
    via === undefined ? '' : ` via ${via.family} ${via.host}`,
    ` dev ${dev}`,
    flags.includes('onlink') ? ' onlink' : '',
    prefsrc === undefined ? '' : ` src ${prefsrc}`,
    table === undefined ? '' : ` table ${table}`,
  ].join('');
}
