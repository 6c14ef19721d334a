import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DESIRED_POWERS, type DesiredGuest } from '#platform/objects/guest.ts';
import { type BootSource, NO_PARTS } from '#platform/objects/guest-parts.ts';
import type { GuestFact } from '../../../../cell/compute/drivers/driver.ts';
import { nextSteps, UNASKED_STARTS_MAX } from '../../../../cell/compute/next-steps.ts';
import type { Action, Step } from '../../../../cell/compute/steps.ts';
import { A_GUEST_ID, aDesiredGuest, aDisk, aFact, aNic, aSpec } from './a-guest.ts';

/** Steps with their arguments; those that have none by their action only. */
const expectSteps = (desired: DesiredGuest, observed: GuestFact | null, ...steps: (Action | Step)[]) =>
  expect(nextSteps(desired, observed)).toEqual({
    kind: 'steps',
    steps: steps.map((step) => (typeof step === 'string' ? { action: step } : step)),
  });
const DISK_IDS = ['6a1f0c1e-0000-4000-8000-0000000000d1', '6a1f0c1e-0000-4000-8000-0000000000d2'] as const;
const SHUT_DOWN: Step = { action: 'shut-down', gracefulMs: 0 };
const RESCUE_ID = '6a1f0c1e-0000-4000-8000-0000000000ee';
const { image: IMAGE } = aDesiredGuest().spec;
const rescued = (rest: Partial<DesiredGuest> = {}): DesiredGuest =>
  aDesiredGuest({ parts: { ...NO_PARTS, boot: { from: 'rescue', rescueId: RESCUE_ID, image: IMAGE } }, ...rest });
const rebuilt = (count: number, preserveEphemeral = false): DesiredGuest =>
  aDesiredGuest({ parts: { ...NO_PARTS, rebuild: { count, preserveEphemeral } } });

describe('one look', () => {
  test('a new guest is remembered before anything is done for it', () => expectSteps(aDesiredGuest(), null, 'accept'));
  test('then gets its disk and is started', () =>
    expectSteps(aDesiredGuest(), aFact({ power: 'shutdown', hasDisk: false }), 'prepare-disk', 'start'));
  test('a guest whose desired state is stopped gets its disk only', () => {
    const desired = aDesiredGuest({ power: 'stopped' });
    expectSteps(desired, aFact({ desired, power: 'shutdown', hasDisk: false }), 'prepare-disk');
  });
  test('one whose process vanished is started again', () =>
    expectSteps(aDesiredGuest(), aFact({ power: 'crashed' }), 'start'));
  test('and left alone when that happens too often', () =>
    expect(nextSteps(aDesiredGuest(), aFact({ power: 'crashed', unaskedStarts: UNASKED_STARTS_MAX })).kind).toBe(
      'refused',
    ));
  test('one that shut itself down stays down', () =>
    expectSteps(aDesiredGuest(), aFact({ power: 'shutdown', stoppedByItself: true })));
  test('unless it did so before its new disk was made, or before it was restarted', () => {
    const stopped = { power: 'shutdown', stoppedByItself: true } as const;
    expectSteps(aDesiredGuest(), aFact({ ...stopped, hasDisk: false }), 'prepare-disk', 'start');
    const desired = aDesiredGuest({ restarts: 1, restartKind: 'soft' });
    expectSteps(desired, aFact({ ...stopped, desired, restarts: 0 }), 'start');
    expectSteps(desired, aFact({ ...stopped, desired, restarts: 1 }));
  });
  test.each(['paused', 'suspended'] as const)(
    'and one that ended before it could be %s, which is started for that',
    (power) => {
      const desired = aDesiredGuest({ power });
      expectSteps(desired, aFact({ desired, power: 'shutdown', stoppedByItself: true }), 'start');
    },
  );
  test('until a new generation asks for it', () =>
    expectSteps(aDesiredGuest({ generation: 2 }), aFact({ power: 'shutdown', stoppedByItself: true }), 'accept'));
  test('a soft reboot asks, a hard one does not', () => {
    const soft = aDesiredGuest({ restarts: 1, restartKind: 'soft' });
    expectSteps(soft, aFact({ desired: soft }), SHUT_DOWN);
    const hard = aDesiredGuest({ restarts: 1, restartKind: 'hard' });
    expectSteps(hard, aFact({ desired: hard }), 'kill');
  });
  test('a reboot is done once', () => expectSteps(aDesiredGuest({ restarts: 1 }), aFact({ restarts: 1 })));
  test('that it is to go is remembered before anything is taken from it', () => {
    const absent = aDesiredGuest({ generation: 2, power: 'absent' });
    expectSteps(absent, aFact(), 'accept');
    expectSteps(absent, aFact({ desired: absent }), 'kill');
    expectSteps(absent, aFact({ desired: absent, power: 'shutdown' }), 'remove');
  });
  test('a desired state of a lower epoch changes nothing', () =>
    expect(
      nextSteps(aDesiredGuest({ epoch: 1, generation: 9 }), aFact({ desired: aDesiredGuest({ epoch: 2 }) })).kind,
    ).toBe('stale'));
});

describe('the boot source', () => {
  const desired = rescued();
  test('a running machine goes down, and starts from the disk of the rescue', () => {
    const prepare: Step = { action: 'prepare-rescue', rescueId: RESCUE_ID, image: IMAGE };
    expectSteps(desired, aFact({ desired }), prepare, SHUT_DOWN);
    expectSteps(desired, aFact({ desired, rescueDiskId: RESCUE_ID }), SHUT_DOWN);
    expectSteps(desired, aFact({ desired, power: 'shutdown' }), prepare, 'start');
    const ready = { desired, rescueDiskId: RESCUE_ID };
    expectSteps(desired, aFact({ ...ready, power: 'shutdown' }), 'start');
    expectSteps(desired, aFact({ ...ready, rescueId: RESCUE_ID }));
  });
  test('afterwards it starts from its own disk, and the other one goes', () => {
    const facts = { rescueDiskId: RESCUE_ID };
    expectSteps(aDesiredGuest(), aFact({ ...facts, rescueId: RESCUE_ID }), SHUT_DOWN);
    expectSteps(aDesiredGuest(), aFact({ ...facts, power: 'shutdown' }), 'discard-rescue');
  });
  test('the memory of a suspended machine is not resumed with another disk', () =>
    expectSteps(desired, aFact({ desired, power: 'suspended', rescueDiskId: RESCUE_ID }), 'discard-suspended'));
  test('the disk of a former rescue goes before the next one comes', () => {
    const former = aFact({ desired, power: 'shutdown', rescueDiskId: '6a1f0c1e-0000-4000-8000-0000000000ef' });
    expectSteps(desired, former, 'discard-rescue');
  });
});

describe('the network cards', () => {
  const spec = aSpec({ nics: [aNic('tapa'), aNic('tapb')] });
  const desired = aDesiredGuest({ spec });
  test('come and go while the machine is up', () => {
    const attach: Step = { action: 'attach-card', nic: aNic('tapb') };
    expectSteps(
      desired,
      aFact({ desired, cards: ['tapa', 'tapc'] }),
      { action: 'detach-card', tapName: 'tapc' },
      attach,
    );
    expectSteps(desired, aFact({ desired, cards: ['tapb', 'tapa'] }));
  });
  test('are those of the next start for a machine that is down, and wait for a suspended one', () => {
    expectSteps(desired, aFact({ desired, power: 'shutdown', cards: null }), 'start');
    const suspended = aDesiredGuest({ spec, power: 'suspended' });
    expectSteps(suspended, aFact({ desired: suspended, power: 'suspended', cards: [] }));
  });
});

describe('the disks of services', () => {
  const desired = aDesiredGuest({ parts: { ...NO_PARTS, disks: [aDisk(DISK_IDS[0]), aDisk(DISK_IDS[1])] } });
  const observed = (diskId: string | undefined, state: 'begun' | 'attached' = 'attached') => ({
    diskId: `${diskId}`,
    state,
  });
  test('come and go while the machine is up', () => {
    const attach: Step = { action: 'attach-disk', disk: aDisk(DISK_IDS[1]) };
    const disks = [observed(DISK_IDS[0]), observed(RESCUE_ID)];
    expectSteps(desired, aFact({ desired, disks }), { action: 'detach-disk', diskId: RESCUE_ID }, attach);
    expectSteps(desired, aFact({ desired, disks: DISK_IDS.map((id) => observed(id)) }));
  });
  test('an attempt that was cut off is finished, or nothing is left of it', () => {
    const disks = [observed(DISK_IDS[0]), observed(DISK_IDS[1], 'begun')];
    expectSteps(desired, aFact({ desired, disks }), { action: 'attach-disk', disk: aDisk(DISK_IDS[1]) });
    const none = aDesiredGuest();
    expectSteps(none, aFact({ desired: none, disks: [observed(RESCUE_ID, 'begun')] }), {
      ...{ action: 'detach-disk', diskId: RESCUE_ID },
    });
  });
  test('are those of the next start for a machine that is down, and wait for a suspended one', () => {
    expectSteps(desired, aFact({ desired, power: 'shutdown', disks: null }), 'start');
    const suspended = { ...desired, power: 'suspended' as const };
    expectSteps(suspended, aFact({ desired: suspended, power: 'suspended' }));
  });
});

describe('a rebuild', () => {
  const desired = rebuilt(1, true);
  test('has the image before it takes anything; then it discards the disks, and makes them', () => {
    expectSteps(desired, aFact({ desired }), 'fetch-image', SHUT_DOWN);
    const discard: Step = { action: 'discard-disks', rebuild: 1, keepEphemeral: true };
    expectSteps(desired, aFact({ desired, power: 'shutdown' }), 'fetch-image', discard);
    expectSteps(desired, aFact({ desired, power: 'shutdown', hasDisk: false, rebuilds: 1 }), 'prepare-disk', 'start');
  });
  test('is done once', () => expectSteps(desired, aFact({ desired, rebuilds: 1 })));
});

const SAVE_IDS = [RESCUE_ID, A_GUEST_ID];
const aSave = (saveId: string) => ({
  saveId,
  upload: { url: 'http://127.0.0.1:1/', ticket: '' },
  quiesce: 'never' as const,
});
const bySaveId = (one: { saveId: string }, other: { saveId: string }) => (one.saveId < other.saveId ? -1 : 1);

describe('a save', () => {
  const [saveId = ''] = SAVE_IDS;
  const save = aSave(saveId);
  const desired = aDesiredGuest({ parts: { ...NO_PARTS, saves: [save] } });
  const begun = { saveId, state: 'begun' } as const;
  test('is made, then uploaded, while the machine runs', () => {
    expectSteps(desired, aFact({ desired }), { action: 'save-disk', save });
    expectSteps(desired, aFact({ desired, saves: [begun] }), { action: 'save-disk', save });
    expectSteps(desired, aFact({ desired, saves: [{ ...begun, state: 'saved' }] }), { action: 'upload-save', save });
    expectSteps(desired, aFact({ desired, saves: [{ ...begun, state: 'uploaded' }] }));
  });
  test('waits for a machine that crashed', () => expectSteps(desired, aFact({ desired, power: 'crashed' }), 'start'));
  test('goes when it is no longer desired, however far it is', () => {
    const none = aDesiredGuest({ parts: NO_PARTS });
    expectSteps(none, aFact({ desired: none, saves: [begun] }), { action: 'discard-save', saveId });
  });
});

const MIGRATION_ID = '6a1f0c1e-0000-4000-8000-0000000000e1';
const NO_BYTES = { totalBytes: 0, sentBytes: 0, remainingBytes: 0 };
const NOTHING_SENT = { id: MIGRATION_ID, state: 'sending', memory: NO_BYTES, disks: NO_BYTES, message: '' } as const;

describe('the incoming side of a live migration', () => {
  const waiting = { role: 'incoming', id: MIGRATION_ID } as const;
  const desired = aDesiredGuest({ power: 'paused', parts: { ...NO_PARTS, migration: waiting } });
  test('waits with halted processors', () => {
    const down = aFact({ desired, power: 'shutdown' });
    expectSteps(desired, { ...down, hasDisk: false }, 'prepare-disk', { action: 'receive', migrationId: MIGRATION_ID });
    expectSteps(desired, { ...down, power: 'paused', incoming: MIGRATION_ID });
  });
  test('does not wait again, with disks that are half there', () => {
    const ended = aFact({ desired, power: 'shutdown', incoming: MIGRATION_ID });
    expect(nextSteps(desired, ended)).toMatchObject({ kind: 'refused', permanent: true });
  });
  test('runs once the migration is gone from what is desired', () => {
    const current = aDesiredGuest({ parts: NO_PARTS });
    expectSteps(current, aFact({ desired: current, power: 'paused', incoming: MIGRATION_ID }), 'take-over');
    expectSteps(current, aFact({ desired: current, power: 'crashed', incoming: MIGRATION_ID }), 'start');
  });
});

describe('the outgoing side of a live migration', () => {
  const to = { guestId: MIGRATION_ID, url: 'http://host-b', ticket: 'a ticket' };
  const migration = { role: 'outgoing', id: MIGRATION_ID, to, hurry: false } as const;
  const desired = aDesiredGuest({ parts: { ...NO_PARTS, migration } });
  const fact = (state: 'sending' | 'sent' | 'failed') =>
    aFact({ desired, power: state === 'sent' ? 'paused' : 'running', outgoing: { ...NOTHING_SENT, state } });
  test('sends itself, and its processors do not run again after that', () => {
    expectSteps(desired, aFact({ desired }), { action: 'send', migration });
    expectSteps(desired, fact('sending'), { action: 'send', migration });
    expectSteps(desired, fact('sent'));
  });
  test('fails for good', () =>
    expect(nextSteps(desired, fact('failed'))).toMatchObject({ kind: 'refused', permanent: true }));
  test('a guest without a machine sends nothing', () =>
    expect(nextSteps(desired, aFact({ desired, power: 'crashed' }))).toMatchObject({ kind: 'refused' }));
  test('runs on when the migration is taken back', () => {
    const back = aDesiredGuest({ parts: NO_PARTS });
    expectSteps(back, { ...fact('sent'), desired: back }, 'end-sending');
    expectSteps(back, { ...fact('sent'), desired: back, outgoing: null }, 'unpause');
  });
});

/** What each step does to the facts, when it succeeds. */
function after(step: Step, desired: DesiredGuest, observed: GuestFact | null): GuestFact | null {
  const fact = observed ?? aFact({ desired, power: 'shutdown', hasDisk: false });
  switch (step.action) {
    case 'accept':
      return {
        ...fact,
        desired,
        stoppedByItself: observed === null ? false : fact.stoppedByItself && !isNewer(desired, fact),
        unaskedStarts: 0,
      };
    case 'prepare-disk':
      return { ...fact, hasDisk: true };
    case 'start':
      expect(fact).toMatchObject({ hasDisk: true, leftover: false });
      expect(['shutdown', 'crashed']).toContain(fact.power);
      return {
        ...fact,
        ...{ power: 'running', restarts: desired.restarts, rescueId: fact.rescueDiskId, stoppedByItself: false },
        cards: desired.spec.nics.map(({ tapName }) => tapName),
        disks: (desired.parts?.disks ?? []).map(({ id }) => ({ diskId: id, state: 'attached' })),
      };
    case 'shut-down':
      expect(fact.power).toBe('running');
      return { ...fact, power: 'shutdown', rescueId: null, cards: null, disks: null };
    case 'kill':
      return fact.power === 'suspended'
        ? { ...fact, leftover: false }
        : { ...fact, power: 'shutdown', leftover: false, rescueId: null, cards: null, disks: null };
    case 'pause':
      return { ...fact, power: 'paused' };
    case 'unpause':
      expect(fact.power).toBe('paused');
      return { ...fact, power: 'running' };
    case 'suspend-to-disk':
      expect(['running', 'paused']).toContain(fact.power);
      return { ...fact, power: 'suspended' };
    case 'resume-from-disk':
      expect(fact).toMatchObject({ power: 'suspended', leftover: false });
      return { ...fact, power: 'running' };
    case 'discard-suspended':
      return { ...fact, power: 'shutdown', rescueId: null, cards: null, disks: null };
    case 'attach-card':
      expect(fact.cards).not.toContain(step.nic.tapName);
      return { ...fact, cards: [...(fact.cards ?? []), step.nic.tapName] };
    case 'detach-card':
      expect(fact.cards).toContain(step.tapName);
      return { ...fact, cards: (fact.cards ?? []).filter((card) => card !== step.tapName) };
    case 'attach-disk':
      expect(fact.disks).not.toContainEqual({ diskId: step.disk.id, state: 'attached' });
      return { ...fact, disks: [...withoutDisk(fact, step.disk.id), { diskId: step.disk.id, state: 'attached' }] };
    case 'detach-disk':
      expect(fact.disks).toContainEqual(expect.objectContaining({ diskId: step.diskId }));
      return { ...fact, disks: withoutDisk(fact, step.diskId) };
    case 'fetch-image':
      return fact;
    case 'discard-disks':
      expect(['shutdown', 'crashed']).toContain(fact.power);
      return { ...fact, hasDisk: false, rebuilds: step.rebuild };
    case 'prepare-rescue':
      expect(fact.rescueId).toBeNull();
      return { ...fact, rescueDiskId: step.rescueId };
    case 'discard-rescue':
      expect(fact.rescueId).toBeNull();
      return { ...fact, rescueDiskId: null };
    case 'save-disk':
      return { ...fact, saves: [...withoutSave(fact, step.save.saveId), { saveId: step.save.saveId, state: 'saved' }] };
    case 'upload-save':
      expect(fact.saves).toContainEqual({ saveId: step.save.saveId, state: 'saved' });
      return {
        ...fact,
        saves: [...withoutSave(fact, step.save.saveId), { saveId: step.save.saveId, state: 'uploaded' }],
      };
    case 'discard-save':
      return { ...fact, saves: withoutSave(fact, step.saveId) };
    case 'receive':
      expect(fact).toMatchObject({ hasDisk: true, power: 'shutdown' });
      return { ...fact, power: 'paused', incoming: step.migrationId };
    case 'take-over':
      expect(fact.power).toBe('paused');
      return { ...fact, power: desired.power === 'running' ? 'running' : 'paused', incoming: null };
    case 'send':
      expect(['running', 'paused']).toContain(fact.power);
      return { ...fact, power: 'paused', outgoing: { ...NOTHING_SENT, id: step.migration.id, state: 'sent' } };
    case 'end-sending':
      return { ...fact, outgoing: null };
    case 'remove':
      return null;
  }
}

const byDiskId = (a: { diskId: string }, b: { diskId: string }) => a.diskId.localeCompare(b.diskId);
const withoutDisk = ({ disks }: GuestFact, id: string) => (disks ?? []).filter(({ diskId }) => diskId !== id);
const withoutSave = ({ saves }: GuestFact, saveId: string) => saves.filter((one) => one.saveId !== saveId);

const isNewer = (desired: DesiredGuest, { desired: known }: GuestFact): boolean =>
  desired.epoch > known.epoch || (desired.epoch === known.epoch && desired.generation > known.generation);

const anyDesired = fc
  .record({
    power: fc.constantFrom(...DESIRED_POWERS),
    epoch: fc.integer({ min: 1, max: 2 }),
    generation: fc.integer({ min: 1, max: 3 }),
    restarts: fc.integer({ min: 0, max: 2 }),
    restartKind: fc.constantFrom('soft' as const, 'hard' as const),
    rescueId: fc.constantFrom(null, RESCUE_ID, A_GUEST_ID),
    rebuilds: fc.integer({ min: 0, max: 2 }),
    saveIds: fc.subarray(SAVE_IDS),
    taps: fc.subarray(['tapa', 'tapb', 'tapc']),
    diskIds: fc.subarray([...DISK_IDS, RESCUE_ID]),
  })
  .map(({ rescueId, rebuilds, saveIds, taps, diskIds, ...part }) => {
    const boot: BootSource = rescueId === null ? { from: 'disk' } : { from: 'rescue', rescueId, image: IMAGE };
    const saves = saveIds.map(aSave);
    const spec = aSpec({ nics: taps.map(aNic) });
    return aDesiredGuest({
      ...part,
      spec,
      parts: {
        boot,
        rebuild: { count: rebuilds, preserveEphemeral: false },
        saves,
        disks: diskIds.map((id) => aDisk(id)),
      },
    });
  });

const anyFact = fc.option(
  fc
    .record({
      desired: anyDesired,
      power: fc.constantFrom('running', 'paused', 'shutdown', 'crashed', 'suspended'),
      hasDisk: fc.boolean(),
      restarts: fc.integer({ min: 0, max: 2 }),
      stoppedByItself: fc.boolean(),
      leftover: fc.boolean(),
      unaskedStarts: fc.integer({ min: 0, max: UNASKED_STARTS_MAX - 1 }),
      rebuilds: fc.integer({ min: 0, max: 2 }),
      rescueDiskId: fc.constantFrom(null, RESCUE_ID, A_GUEST_ID),
      isRescued: fc.boolean(),
      cards: fc.subarray(['tapa', 'tapb', 'tapc']),
      disks: fc
        .subarray([...DISK_IDS, RESCUE_ID])
        .chain((ids) =>
          fc.tuple(
            ...ids.map((diskId) =>
              fc.constantFrom('begun' as const, 'attached' as const).map((state) => ({ diskId, state })),
            ),
          ),
        ),
      saves: fc
        .subarray(SAVE_IDS)
        .chain((saveIds) =>
          fc.tuple(
            ...saveIds.map((saveId) =>
              fc
                .constantFrom('begun' as const, 'saved' as const, 'uploaded' as const)
                .map((state) => ({ saveId, state })),
            ),
          ),
        ),
    })
    .map(({ isRescued, ...part }) =>
      aFact({
        ...part,
        cards: part.power === 'shutdown' || part.power === 'crashed' ? null : part.cards,
        disks: part.power === 'shutdown' || part.power === 'crashed' ? null : part.disks,
        rescueId: isRescued && part.power !== 'shutdown' && part.power !== 'crashed' ? part.rescueDiskId : null,
        hasDisk: part.hasDisk || part.power !== 'shutdown',
        stoppedByItself: part.stoppedByItself && part.power === 'shutdown',
        leftover: part.leftover && (part.power === 'shutdown' || part.power === 'suspended'),
      }),
    ),
);

describe('the whole way', () => {
  test('reaches the desired state from every observed state, also when cut off after any step', () => {
    fc.assert(
      fc.property(anyDesired, anyFact, fc.infiniteStream(fc.boolean()), (desired, first, cutOff) => {
        let observed = first;
        for (let look = 0; look < 40; look++) {
          const decision = nextSteps(desired, observed);
          if (decision.kind === 'stale') {
            expect(observed).toBe(first);
            return;
          }
          expect(decision.kind).toBe('steps');
          if (decision.kind !== 'steps' || decision.steps.length === 0) break;
          for (const step of decision.steps) {
            observed = after(step, desired, observed);
            if (cutOff.next().value) break;
          }
        }
        if (desired.power === 'absent') {
          expect(observed).toBeNull();
          return;
        }
        expect(observed?.rebuilds).toBeGreaterThanOrEqual(desired.parts?.rebuild.count ?? 0);
        const isOffByItself = desired.power === 'running' && observed?.stoppedByItself === true;
        const goal = desired.power === 'stopped' || isOffByItself ? 'shutdown' : desired.power;
        expect(observed).toMatchObject({ power: goal, leftover: false });
        expect(observed?.desired).toMatchObject({ epoch: desired.epoch, generation: desired.generation });
        const saves = (desired.parts ?? NO_PARTS).saves.map(({ saveId }) => ({ saveId, state: 'uploaded' }));
        expect(observed?.saves.toSorted(bySaveId)).toEqual(saves.toSorted(bySaveId));
        if (goal === 'shutdown') return;
        const { boot } = desired.parts ?? NO_PARTS;
        const rescueId = boot.from === 'rescue' ? boot.rescueId : null;
        expect(observed).toMatchObject({ rescueId, rescueDiskId: rescueId });
        const taps = desired.spec.nics.map(({ tapName }) => tapName);
        if (goal !== 'suspended') expect(observed?.cards?.toSorted()).toEqual(taps.toSorted());
        const disks = (desired.parts ?? NO_PARTS).disks.map(({ id }) => ({ diskId: id, state: 'attached' as const }));
        if (goal !== 'suspended') expect(observed?.disks?.toSorted(byDiskId)).toEqual(disks.toSorted(byDiskId));
        expect(observed?.hasDisk).toBe(true);
        expect(observed?.restarts).toBeGreaterThanOrEqual(desired.restarts);
      }),
      { numRuns: 1_500 },
    );
  });

  test('nothing is ever done for something older than what was accepted', () => {
    fc.assert(
      fc.property(anyDesired, anyFact, (desired, observed) => {
        if (observed === null) return;
        const older =
          desired.epoch < observed.desired.epoch ||
          (desired.epoch === observed.desired.epoch && desired.generation < observed.desired.generation);
        expect(nextSteps(desired, observed).kind === 'stale').toBe(older);
      }),
      { numRuns: 2_000 },
    );
  });
});
