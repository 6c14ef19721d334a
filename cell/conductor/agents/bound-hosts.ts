/** A name of a host that a key is bound to; one that ends in `*` stands for all that begin like it. */
type BoundHost = string;

export const isBoundTo = (bound: readonly BoundHost[], hostName: string): boolean =>
  bound.some((one) => (one.endsWith('*') ? hostName.startsWith(one.slice(0, -1)) : one === hostName));

/** Those of the hosts that the key is not bound to. */
export const notBoundTo = (bound: readonly BoundHost[], hostNames: readonly string[]): readonly string[] =>
  hostNames.filter((name) => !isBoundTo(bound, name));
