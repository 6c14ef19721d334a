import { expect, it } from 'vitest';
import { ATTENTIVE_MS } from '#platform/contracts/global-rings.ts';
import type { Clock } from '#platform/time/clock.ts';
import { Activity } from '../../../super-conductor/activity.ts';

/** A region whose sleeps are listed, and end only by their signal. */
function aRegion() {
  const state = { now: 1_000, hears: true, works: false };
  const sleeps: number[] = [];
  const clock: Clock = {
    now: () => state.now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        sleeps.push(ms);
        signal?.addEventListener('abort', () => resolve());
      }),
  };
  const activity = new Activity({ clock, hears: () => state.hears, works: () => state.works });
  const stopping = new AbortController();
  const rest = () => activity.rest(200, stopping.signal);
  /** How long somebody who looks every 200 ms would sleep now. */
  const sleepNow = () => {
    void rest();
    return sleeps.at(-1);
  };
  return { state, activity, rest, sleepNow, stopping };
}

it('those who look for work rest once nothing was noted for a while', () => {
  const { state, activity, sleepNow } = aRegion();
  expect(sleepNow()).toBe(200);
  state.now += ATTENTIVE_MS;
  expect(sleepNow()).toBe(5_000);
  activity.note();
  expect(sleepNow()).toBe(200);
});

it('nobody rests while this process works, or may miss what others do', () => {
  const { state, sleepNow } = aRegion();
  state.now += ATTENTIVE_MS;
  state.works = true;
  expect(sleepNow()).toBe(200);
  state.works = false;
  state.hears = false;
  expect(sleepNow()).toBe(200);
});

it('who rests wakes as soon as something is noted, and when told to stop', async () => {
  const { state, activity, rest, stopping } = aRegion();
  state.now += ATTENTIVE_MS;
  const [one, two] = [rest(), rest()];
  activity.note();
  await Promise.all([one, two]);
  state.now += ATTENTIVE_MS;
  const three = rest();
  stopping.abort();
  await three;
});
