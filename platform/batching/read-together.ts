import { Batcher } from './batcher.ts';

const MAX_BATCH_SIZE = 50;
/** The second is there so that a slow statement does not keep up all others. */
const MAX_IN_PROGRESS = 2;

/**
 * A read whose questions of the same moment are one statement. A question that comes alone is asked at once. No question joins a statement that
 * was sent before it came, so it sees what was committed before. What is answered may be shared: nobody changes it.
 * @param answerAll answers in the order of the questions; null for none. It is called with what the questions are asked of: a database, or a
 * transaction, whose questions are never mixed with those of others.
 */
export function readTogether<R extends object, Q, A>(
  answerAll: (read: R, questions: readonly Q[]) => Promise<readonly A[]>,
): (read: R, question: Q) => Promise<A> {
  const batchers = new WeakMap<R, Batcher<Q, A>>();
  return (read, question) => {
    let batcher = batchers.get(read);
    if (batcher === undefined) {
      const send = (questions: readonly Q[]) => answerAll(read, questions);
      batcher = new Batcher({ send, maxBatchSize: MAX_BATCH_SIZE, maxInProgress: MAX_IN_PROGRESS });
      batchers.set(read, batcher);
    }
    return batcher.ask('', question);
  };
}

/**
 * The same for reads of which only those that ask for the same share a statement: `keyOf` tells what that is. One that fails is no failure of
 * the others.
 */
export function readAlike<R extends object, Q, A>(
  answer: (read: R, question: Q) => Promise<A>,
  keyOf: (question: Q) => string,
): (read: R, question: Q) => Promise<A> {
  const settle = readTogether(async (read: R, questions: readonly Q[]) => {
    const byKey = new Map<string, Promise<A>>();
    for (const question of questions) {
      const key = keyOf(question);
      if (!byKey.has(key)) byKey.set(key, answer(read, question));
    }
    const settled = new Map<string, PromiseSettledResult<A>>();
    const answers = await Promise.allSettled(byKey.values());
    for (const [at, key] of [...byKey.keys()].entries()) settled.set(key, answers[at] as PromiseSettledResult<A>);
    return questions.map((question) => settled.get(keyOf(question)) as PromiseSettledResult<A>);
  });
  return async (read, question) => {
    const settled = await settle(read, question);
    if (settled.status === 'rejected') throw settled.reason;
    return settled.value;
  };
}
