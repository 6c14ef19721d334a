import { isVolvoxError, messageOf } from '#platform/errors/volvox-error.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { DesiredGuest, ObservedGuest } from '#platform/objects/guest.ts';
import type { Conductor } from '../agent/conductor.ts';
import type { ConvergeContext, Subject } from '../agent/subject.ts';
import type { Driver, GuestFact } from './drivers/driver.ts';
import { execute } from './executors.ts';
import type { FirstWord } from './first-word.ts';
import { isSettled, nextSteps } from './next-steps.ts';
import type { Action } from './steps.ts';
import { stepwise } from './stepwise.ts';

/** More looks than any way needs; one that takes more goes round in a circle. */
const MAX_LOOKS = 16;
/** From here on the processors of the guest run. */
const STARTS: ReadonlySet<Action> = new Set(['start', 'resume-from-disk']);
const POINTLESS = ['invalid', 'unsupported', 'not-found', 'forbidden', 'too-large'] as const;

interface GuestSubjectOptions {
  readonly driver: Driver;
  readonly conductor: Conductor;
  readonly agentId: string;
  /** Absent: guests are started at once, whatever this host remembers. */
  readonly firstWord?: FirstWord;
  readonly log: Logger;
}

/** The guests of this agent's hosts, as the agent's loop drives them: look, decide, do, look again. */
export function guestSubject({
  driver,
  conductor,
  agentId,
  firstWord,
  log,
}: GuestSubjectOptions): Subject<DesiredGuest, ObservedGuest> {
  return {
    name: 'guests',
    parallel: driver.parallel,
    desiredKey: (desired) => desired.guestId,
    observedKey: (observed) => observed.guestId,
    fetch: async (selection) => {
      const { guests } = await conductor.ask((client) => client.desiredGuests({ agentId, ...selection }));
      firstWord?.named(guests.map(({ guestId }) => guestId));
      return guests;
    },
    report: async (guests) => {
      await conductor.ask((client) => client.reportGuests({ agentId, guests: [...guests] }));
    },
    converge: async (desired, context) => {
      try {
        return await converge(driver, desired, context, firstWord);
      } catch (error) {
        context.signal.throwIfAborted();
        const { guestId, generation } = desired;
        if (isVolvoxError(error)) log.warn({ guestId, generation, reason: error.message }, 'guest: a step failed');
        else log.error({ guestId, generation, err: error }, 'guest: a step failed');
        return { ...observed(desired, await driver.find(desired.guestId), false), error: asReported(error) };
      }
    },
    failed: (desired, error) => ({ ...observed(desired, null, false), error: asReported(error) }),
    isEnd: (desired) => desired.power === 'absent',
    remembered: async () => {
      const remembered = (await driver.findAll()).map((fact) => fact.desired);
      firstWord?.remembers(remembered.map(({ guestId }) => guestId));
      return remembered;
    },
    reportUnknown: async (known) => {
      const remembered = (await driver.findAll()).map((fact) => ({
        ...observed(fact.desired, fact, false),
        generation: 0,
      }));
      const orphans = ((await driver.orphans?.()) ?? []).map(orphan);
      return [...remembered, ...orphans].filter(({ guestId }) => !known.has(guestId));
    },
  };
}

async function converge(
  driver: Driver,
  desired: DesiredGuest,
  { signal, report }: ConvergeContext<ObservedGuest>,
  firstWord: FirstWord | undefined,
): Promise<ObservedGuest> {
  const progress = stepwise((percent, outgoing) => {
    const fact = lastFact === null || outgoing === undefined ? lastFact : { ...lastFact, outgoing };
    report({ ...observed(desired, fact, false), progress: percent });
  });
  let lastFact: GuestFact | null = null;
  for (let look = 0; look < MAX_LOOKS; look++) {
    const fact = await driver.find(desired.guestId);
    signal.throwIfAborted();
    lastFact = fact;
    const decision = nextSteps(desired, fact);
    if (decision.kind === 'stale') return observed(fact?.desired ?? desired, fact, false);
    if (decision.kind === 'refused') {
      const error = { message: decision.reason, details: null, permanent: decision.permanent === true };
      return { ...observed(desired, fact, false), error };
    }
    if (decision.steps.length === 0) return observed(desired, fact, isSettled(desired, fact));
    for (const step of decision.steps) {
      const mayStart = !STARTS.has(step.action) || ((await firstWord?.mayStart(desired.guestId, signal)) ?? true);
      signal.throwIfAborted();
      if (!mayStart) return observed(desired, fact, false);
      await execute(driver, desired, step, { signal, progress });
    }
  }
  throw new Error(`guest ${desired.guestId} does not come to ${desired.power}`);
}

const asReported = (error: unknown): NonNullable<ObservedGuest['error']> => ({
  message: messageOf(error),
  details: isVolvoxError(error) ? null : ((error as Error).stack ?? null),
  permanent: isVolvoxError(error) && (error.blame !== null || POINTLESS.some((kind) => kind === error.kind)),
  ...(isVolvoxError(error) && error.blame !== null ? { blame: error.blame } : {}),
});

function observed(desired: DesiredGuest, fact: GuestFact | null, settled: boolean): ObservedGuest {
  return {
    guestId: desired.guestId,
    hostName: desired.hostName,
    epoch: desired.epoch,
    generation: desired.generation,
    power: fact?.power ?? 'none',
    settled,
    restarts: fact?.restarts ?? 0,
    error: null,
    progress: settled ? 100 : 0,
    stoppedByItself: fact?.stoppedByItself ?? false,
    parts: {
      ...{ rebuilds: fact?.rebuilds ?? 0, rescueId: fact?.rescueId ?? null, saves: [...(fact?.saves ?? [])] },
      ...(fact?.movedCards === undefined || fact.movedCards.length === 0 ? {} : { movedCards: [...fact.movedCards] }),
      ...((fact?.disks?.length ?? 0) === 0 ? {} : { disks: [...(fact?.disks ?? [])] }),
      ...(fact?.outgoing == null ? {} : { migration: migrationOf(fact.outgoing) }),
    },
  };
}

const migrationOf = ({ message: _, ...migration }: NonNullable<GuestFact['outgoing']>) => migration;

/** A machine of which nothing but its process is known. */
const orphan = ({ guestId, hostName }: Pick<GuestFact, 'guestId' | 'hostName'>): ObservedGuest => ({
  guestId,
  hostName,
  epoch: 0,
  generation: 0,
  power: 'running',
  settled: false,
  restarts: 0,
  error: null,
  progress: 0,
  stoppedByItself: false,
});
