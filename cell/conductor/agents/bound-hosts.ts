/** A name of a host that a key is bound to; one that ends in `*` stands for all that begin like it. */
type BoundHost = string;

const prefixOf = (name: BoundHost): string | null => (name.endsWith('*') ? name.slice(0, -1) : null);

export const isBoundTo = (bound: readonly BoundHost[], hostName: string): boolean =>
  bound.some((one) => {
    const prefix = prefixOf(one);
    return prefix === null ? one === hostName : hostName.startsWith(prefix);
  });

/** Those of the hosts that the key is not bound to. */
export const notBoundTo = (bound: readonly BoundHost[], hostNames: readonly string[]): readonly string[] =>
  hostNames.filter((name) => !isBoundTo(bound, name));

/** Whether there may be a host for which both stand. `named` may end in `*` too. */
export function mayMeet(bound: readonly BoundHost[], named: BoundHost): boolean {
  const prefix = prefixOf(named);
  if (prefix === null) return isBoundTo(bound, named);
  return bound.some((one) => one.startsWith(prefix) || prefix.startsWith(prefixOf(one) ?? `${one}*`));
}
