import { describe, expect, it } from 'vitest';
import {
  type Copying,
  nextCopying,
  nextPreparation,
  nextStart,
  type Preparing,
} from '../../../../cell/conductor/operations/next-move-in.ts';

const NOW = 1_000_000;
const error = (permanent: boolean, message = 'broken') => JSON.stringify({ message, details: null, permanent });
const host = { name: 'host-1', up: true };
const down = { name: 'host-1', up: false };
const plugged = { settled: true, error: null, errors: 0 };
const asked = { settled: false, error: null, errors: 0 };

describe('preparing a host for a moved server', () => {
  const next = (rest: Partial<Preparing> = {}) =>
    nextPreparation({ host, ports: [plugged], portsDesired: 1, inTheWay: null, since: NOW - 1_000, ...rest }, NOW);

  it('is ready when all ports are plugged, or the server has none', () => {
    expect(next()).toEqual({ kind: 'ready' });
    expect(next({ ports: [], portsDesired: 0 })).toEqual({ kind: 'ready' });
  });
  it('requests ports, and waits a minute for them', () => {
    expect(next({ ports: [] })).toEqual({ kind: 'plug' });
    expect(next({ ports: [asked] })).toEqual({ kind: 'wait', waitingFor: 'ports' });
    expect(next({ ports: [asked], since: NOW - 61_000 })).toMatchObject({ kind: 'elsewhere' });
  });
  it('waits longer while the ports cannot be requested yet', () => {
    expect(next({ ports: [], since: NOW - 61_000 })).toEqual({ kind: 'plug' });
    expect(next({ ports: [], since: NOW - 601_000 })).toMatchObject({ kind: 'elsewhere' });
  });
  it('waits for the remains of an earlier guest, even with all ports plugged', () => {
    expect(next({ inTheWay: 'its shadow', since: NOW - 61_000 })).toEqual({
      kind: 'wait',
      waitingFor: 'its shadow to go',
    });
  });
  it('gives up a host that is down, or cannot plug', () => {
    expect(next({ host: down })).toEqual({ kind: 'elsewhere', why: 'Host host-1 went down.' });
    const broken = { settled: false, error: error(true, 'no bridge'), errors: 1 };
    expect(next({ ports: [broken] })).toEqual({ kind: 'elsewhere', why: 'no bridge' });
    expect(next({ ports: [{ ...broken, error: error(false) }] })).toMatchObject({ kind: 'wait' });
    expect(next({ ports: [{ ...broken, error: error(false), errors: 3 }] })).toMatchObject({ kind: 'elsewhere' });
  });
});

describe('fetching the disks of a moved server', () => {
  const guest = { settled: false, power: 'stopped', error: null, errors: 0, generation: 1, changedAt: NOW } as const;
  const next = (rest: Partial<Copying> = {}) =>
    nextCopying({ host, guest, ports: [plugged], source: 'same', ...rest }, NOW);

  it('waits until they are transferred', () => {
    expect(next()).toEqual({ kind: 'wait', waitingFor: 'disks' });
    expect(next({ guest: { ...guest, settled: true } })).toEqual({ kind: 'ready' });
  });
  it('tries again after a temporary error, and not after a permanent one', () => {
    expect(next({ guest: { ...guest, error: error(false), errors: 2 } })).toMatchObject({ kind: 'wait' });
    expect(next({ guest: { ...guest, error: error(false), errors: 3 } })).toEqual({ kind: 'elsewhere', why: 'broken' });
    expect(next({ guest: { ...guest, error: error(true), errors: 1 } })).toEqual({ kind: 'elsewhere', why: 'broken' });
  });
  it('follows a source with another address, or another generation, at once, and gets a new ticket when the old one is refused', () => {
    expect(next({ source: 'other-address' })).toEqual({ kind: 'renew' });
    expect(next({ source: 'other-ticket' })).toMatchObject({ kind: 'wait' });
    expect(next({ source: 'void-ticket' })).toEqual({ kind: 'renew' });
    const refused = { ...guest, error: error(true), errors: 1 };
    expect(next({ source: 'other-ticket', guest: refused })).toEqual({ kind: 'renew' });
    expect(next({ source: 'other-ticket', guest: { ...refused, generation: 4 } })).toMatchObject({ kind: 'elsewhere' });
  });
  it('gives up a host that is down, cannot plug, or reports no progress for twenty minutes', () => {
    expect(next({ host: down })).toMatchObject({ kind: 'elsewhere' });
    expect(next({ ports: [{ settled: false, error: error(true), errors: 1 }] })).toMatchObject({ kind: 'elsewhere' });
    expect(next({ guest: { ...guest, changedAt: NOW - 1_200_001 } })).toMatchObject({ kind: 'elsewhere' });
  });
});

describe('starting a moved server', () => {
  const guest = { settled: false, hostUp: true, hostName: 'host-1', error: null, errors: 0, since: NOW };
  const next = (
    rest: Partial<Parameters<typeof nextStart>[0]> = {},
    tries = 1,
    ports: Parameters<typeof nextStart>[1] = [plugged],
  ) => nextStart({ ...guest, ...rest }, ports, tries, NOW);

  it('waits, and is done when it is settled', () => {
    expect(next()).toEqual({ kind: 'wait' });
    expect(next({ settled: true })).toEqual({ kind: 'finish' });
  });
  it('tries again after a permanent error, and gives up in the end', () => {
    const broken = { error: error(true), errors: 1 };
    expect(next(broken)).toEqual({ kind: 'again' });
    expect(next(broken, 3)).toEqual({ kind: 'give-up', why: 'broken' });
    expect(next({ error: error(false), errors: 6 }, 3)).toEqual({ kind: 'wait' });
    expect(next({ error: error(false), errors: 7 })).toEqual({ kind: 'give-up', why: 'broken' });
  });
  it('waits some minutes for a host that is down', () => {
    expect(next({ hostUp: false })).toEqual({ kind: 'wait' });
    expect(next({ hostUp: false, since: NOW - 300_001 })).toEqual({ kind: 'give-up', why: 'Host host-1 went down.' });
  });
  it('gives up when its ports cannot be plugged', () => {
    const broken = { settled: false, error: error(true, 'no bridge'), errors: 1 };
    expect(next({}, 1, [broken])).toEqual({ kind: 'give-up', why: 'no bridge' });
  });
});
