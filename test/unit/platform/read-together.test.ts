import { expect, it } from 'vitest';
import { readAlike, readTogether } from '#platform/batching/read-together.ts';

/** A store that answers when it is told to. */
class SlowStore {
  readonly asked: (readonly string[])[] = [];
  readonly #waiting: (() => void)[] = [];

  async read(keys: readonly string[]): Promise<readonly string[]> {
    this.asked.push(keys);
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return keys.map((key) => `${key}!`);
  }
  answerAll(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
const together = readTogether((store: SlowStore, keys: readonly string[]) => store.read(keys));
const alike = readAlike(
  async (store: SlowStore, key: string) => {
    if (key === 'bad') throw new Error('no');
    return (await store.read([key]))[0];
  },
  (key) => key,
);

it('asks once for what is asked for in the same moment', async () => {
  const store = new SlowStore();
  const answers = Promise.all([together(store, 'a'), together(store, 'b')]);
  await nextTurn();
  expect(store.asked).toEqual([['a', 'b']]);
  store.answerAll();
  expect(await answers).toEqual(['a!', 'b!']);
});

it('joins no statement that was sent before', async () => {
  const store = new SlowStore();
  const first = together(store, 'a');
  await nextTurn();
  const second = together(store, 'a');
  await nextTurn();
  expect(store.asked).toEqual([['a'], ['a']]);
  store.answerAll();
  expect(await Promise.all([first, second])).toEqual(['a!', 'a!']);
});

it('never mixes the questions of two stores', async () => {
  const [one, other] = [new SlowStore(), new SlowStore()];
  const answers = Promise.all([together(one, 'a'), together(other, 'b')]);
  await nextTurn();
  expect([one.asked, other.asked]).toEqual([[['a']], [['b']]]);
  one.answerAll();
  other.answerAll();
  await answers;
});

it('answers those who ask for the same with one read, and lets one fail alone', async () => {
  const store = new SlowStore();
  const answers = Promise.allSettled([alike(store, 'a'), alike(store, 'bad'), alike(store, 'a'), alike(store, 'b')]);
  await nextTurn();
  expect(store.asked).toEqual([['a'], ['b']]);
  store.answerAll();
  expect((await answers).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
});
