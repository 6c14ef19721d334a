import { done, type Step } from '#platform/operations/definition.ts';

/** A database as processes of both tiers have it. */
interface WithTransactions {
  // biome-ignore lint/suspicious/noExplicitAny: of either tier's tables.
  transaction<R>(work: (tx: any) => Promise<R>): Promise<R>;
}

/** The step with its effect in one transaction and its record in another. */
// biome-ignore lint/suspicious/noExplicitAny: steps of every parameter type.
export function apart<D, Tx>(step: Step<any, D, Tx>, databaseOf: (deps: D) => WithTransactions): Step<any, D, Tx> {
  return {
    ...step,
    do: async (context, deps) => {
      let output: unknown;
      const result = await step.do(
        {
          ...context,
          inTransaction: async (work) => {
            output = await databaseOf(deps).transaction((tx) => work(tx as Tx));
            return { outcome: 'committed' };
          },
        },
        deps,
      );
      return result.outcome === 'committed' ? done(output) : result;
    },
  };
}
