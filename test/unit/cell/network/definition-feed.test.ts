import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { AgentDefinitions, AgentKnows } from '#platform/contracts/agent-definitions.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import type { Conductor, ConductorClient } from '../../../../cell/agent/conductor.ts';
import { DefinitionFeed } from '../../../../cell/network/definitions/definition-feed.ts';
import type { DefinitionFile } from '../../../../cell/network/definitions/definition-file.ts';
import { HeardDefinitions, type HeardState } from '../../../../cell/network/definitions/heard-definitions.ts';
import type { KnownDefinitions } from '../../../../cell/network/known-definitions.ts';
import { aPort, NOTHING_TOLD } from '../../../support/a-definition.ts';
import { SetClock } from '../../../support/set-clock.ts';
import { waitUntil } from '../../../support/wait-until.ts';

const PORT = randomUUID();
const withPort = (generation: number, groups: readonly string[] = []): AgentDefinitions => ({
  ...NOTHING_TOLD,
  ...{ version: generation, ports: [aPort(PORT, generation, groups)] },
});
const aRemote = (id: string) => ({ id, whole: true, members: [{ portId: PORT, addresses: ['10.0.0.1'] }], gone: [] });

/** A feed of one host whose conductor says what a test wants. */
class FeedWorld {
  readonly heard = new HeardDefinitions();
  readonly clock = new SetClock();
  readonly asked: AgentKnows[] = [];
  readonly noted: KnownDefinitions[] = [];
  readonly written: HeardState[] = [];
  passes = 0;
  answer: () => Promise<AgentDefinitions> = async () => withPort(1);
  saved: () => Promise<HeardState | null> = async () => null;
  write: () => Promise<void> = async () => undefined;
  readonly feed: DefinitionFeed;

  constructor() {
    const client = {
      definitions: async ({ knows }: { knows: AgentKnows }) => {
        this.asked.push(knows);
        return await this.answer();
      },
    } as unknown as ConductorClient;
    const conductor: Pick<Conductor, 'ask'> = { ask: (question) => question(client) };
    const file: DefinitionFile = {
      read: () => this.saved(),
      write: async (state) => {
        await this.write();
        this.written.push(state);
      },
    };
    const keeper = {
      noteDefinitions: (known: KnownDefinitions) => void this.noted.push(known),
      pass: async () => {
        this.passes += 1;
      },
    };
    const { heard, clock } = this;
    this.feed = new DefinitionFeed({
      ...{ agentId: randomUUID(), conductor, heard, keepers: [keeper], file, log: silentLogger, clock },
    });
  }

  /** Wakes it, and waits until it has asked so often in all. */
  async wake(questions: number): Promise<void> {
    this.feed.wake();
    await this.hasAsked(questions);
  }
  async hasAsked(questions: number): Promise<void> {
    await waitUntil(`question ${questions}`, () => this.asked.length >= questions);
    expect(this.asked).toHaveLength(questions);
  }
  /** Everything that can happen without time going on has happened. */
  async rest(): Promise<void> {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('the feed of definitions', () => {
  let world: FeedWorld | undefined;
  const aFeed = () => {
    world = new FeedWorld();
    return world;
  };
  afterEach(async () => await world?.feed.stop());

  it('asks first when it is woken, then whenever it is, and every 30 s', async () => {
    const { feed, clock, ...rest } = aFeed();
    await feed.start();
    await world?.rest();
    expect(rest.asked).toEqual([]);
    await world?.wake(1);
    await world?.rest();
    await world?.wake(2);
    await world?.rest();
    clock.pass(29_999);
    await world?.rest();
    expect(rest.asked).toHaveLength(2);
    clock.pass(1);
    await world?.hasAsked(3);
  });

  it('asks once more after any number of wake-ups during a question', async () => {
    const one = aFeed();
    const answers: ((answer: AgentDefinitions) => void)[] = [];
    one.answer = () => new Promise((resolve) => answers.push(resolve));
    await one.feed.start();
    await one.wake(1);
    for (let wake = 0; wake < 5; wake++) one.feed.wake();
    await one.rest();
    expect(one.asked).toHaveLength(1);
    answers.shift()?.(withPort(1));
    await one.hasAsked(2);
    answers.shift()?.(withPort(2));
    await one.rest();
    expect(one.asked).toHaveLength(2);
  });

  it('hands the hosts what is new, and writes it down', async () => {
    const one = aFeed();
    await one.feed.start();
    await one.wake(1);
    await waitUntil('the file', () => one.written.length === 1);
    expect([one.passes, one.noted]).toEqual([1, [one.heard]]);
    await one.wake(2);
    await one.rest();
    expect([one.passes, one.written.length], 'nothing is new').toEqual([1, 1]);
    one.answer = async () => withPort(2, [randomUUID()]);
    await one.wake(3);
    await waitUntil('the pass', () => one.passes === 2);
    one.clock.pass(2_000);
    await waitUntil('the file', () => one.written.length === 2);
    expect(one.written.at(-1)).toEqual(one.heard.state());
  });

  it('hands on nothing to work by while an answer has pages to come, also when one fails', async () => {
    const one = aFeed();
    const [first, second] = [aRemote(randomUUID()), aRemote(randomUUID())];
    const pages = [
      async () => ({ ...withPort(1), remotes: [first], more: true }),
      () => Promise.reject(new VolvoxError('unavailable', 'away')),
      // What is left is not new: the hosts must hear of the first page all the same.
      async () => ({ ...withPort(1), remotes: [{ ...first, whole: false, members: [] }] }),
    ];
    one.answer = () => (pages.shift() ?? (async () => withPort(1)))();
    await one.feed.start();
    await one.wake(2);
    await one.rest();
    expect([one.passes, one.noted]).toEqual([0, []]);
    one.clock.pass(5_000);
    await one.hasAsked(3);
    await waitUntil('the pass', () => one.passes === 1);
    expect([...one.heard.membersOf(first.id)]).toEqual(['10.0.0.1']);
    expect(one.heard.membersOf(second.id).size).toBe(0);
  });

  it('does not spin when the conductor has more to tell and tells nothing', async () => {
    const one = aFeed();
    one.answer = async () => ({ ...withPort(1), more: true });
    await one.feed.start();
    await one.wake(2);
    await one.rest();
    expect(one.asked).toHaveLength(2);
  });

  it('asks again soon while the conductor is away, and every 30 s one that knows no definitions', async () => {
    const one = aFeed();
    one.answer = () => Promise.reject(new VolvoxError('unavailable', 'away'));
    await one.feed.start();
    await one.wake(1);
    await one.rest();
    one.clock.pass(5_000);
    await one.hasAsked(2);
    one.answer = () => Promise.reject(new VolvoxError('unsupported', 'of an earlier release'));
    await one.rest();
    one.clock.pass(5_000);
    await one.hasAsked(3);
    await one.rest();
    one.clock.pass(29_000);
    await one.rest();
    expect(one.asked).toHaveLength(3);
    one.clock.pass(1_000);
    await one.hasAsked(4);
    expect(one.passes).toBe(0);
  });

  it('goes on from its file before any conductor has answered', async () => {
    const before = new HeardDefinitions();
    before.take(withPort(4));
    const one = aFeed();
    one.saved = async () => before.state();
    await one.feed.start();
    expect(one.noted).toEqual([one.heard]);
    expect(one.heard.portOf(PORT)).toMatchObject({ portSecurity: true });
    expect(one.asked).toEqual([]);
  });

  it('goes on without its file', async () => {
    const one = aFeed();
    one.saved = () => Promise.reject(new Error('EIO'));
    one.write = () => Promise.reject(new Error('ENOSPC'));
    await one.feed.start();
    await one.wake(1);
    await waitUntil('the pass', () => one.passes === 1);
    one.answer = async () => withPort(2, [randomUUID()]);
    await one.wake(2);
    await waitUntil('the next pass', () => one.passes === 2);
    expect(one.written).toEqual([]);
  });

  it('stops while it waits, and writes what it has heard before', async () => {
    const one = aFeed();
    await one.feed.start();
    await one.wake(1);
    await waitUntil('the first file', () => one.written.length === 1);
    one.answer = async () => withPort(2, [randomUUID()]);
    await one.wake(2);
    await waitUntil('the pass', () => one.passes === 2);
    await one.feed.stop();
    expect(one.written.at(-1)).toEqual(one.heard.state());
    one.feed.wake();
    await one.rest();
    expect(one.asked).toHaveLength(2);
  });
});
