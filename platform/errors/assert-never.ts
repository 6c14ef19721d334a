/** Closes a union: compiles only if every case was handled, and throws if a value from outside the types arrives. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
