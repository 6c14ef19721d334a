import type { AnyOperation, Step } from '#platform/operations/definition.ts';

// biome-ignore lint/suspicious/noExplicitAny: a breakage is put into operations of every parameter type.
type AnyStep<D, Tx> = Step<any, D, Tx>;

/** The definitions, with one step of one of them replaced. */
export function swapStep<D, Tx>(
  definitions: readonly AnyOperation<D, Tx>[],
  kind: string,
  name: string,
  swap: (step: AnyStep<D, Tx>) => AnyStep<D, Tx>,
): readonly AnyOperation<D, Tx>[] {
  return definitions.map((definition) =>
    definition.kind !== kind
      ? definition
      : { ...definition, steps: definition.steps.map((step) => (step.name === name ? swap(step) : step)) },
  );
}
