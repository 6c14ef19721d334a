import { describe, expect, it } from 'vitest';
import type { Host } from '#platform/objects/host.ts';
import { schedule } from '../../../scheduler/schedule.ts';
import { DEFAULT_POLICY } from '../../../scheduler/scheduling-policy.ts';
import { DEFAULT_SETTINGS } from '../../../scheduler/scheduling-settings.ts';
import { weighersWith } from '../../../scheduler/weighers/registry.ts';
import { aHost, aRequest, aSnapshot, aView } from './builders.ts';

const KEY = 'image_props_weight_multiplier';
const none = { name: 'none' };
const windows = { name: 'windows', imageProperties: { os_distro: { windows: 1 }, hw_machine_type: { pc: 1 } } };
const linux = { name: 'linux', imageProperties: { os_distro: { linux: 2 }, hw_machine_type: { pc: 1 } } };
const gold = { name: 'gold', imageProperties: { tier: { gold: 5 } } };

const best = (
  imageProperties: Record<string, string>,
  hosts: readonly Partial<Host>[],
  multiplier: number,
  { weights = {}, ofAggregate }: { weights?: Record<string, number>; ofAggregate?: string } = {},
) => {
  const policy = {
    ...DEFAULT_POLICY,
    weighers: weighersWith({ ...DEFAULT_SETTINGS, imageProperties: weights }),
    multipliers: { imageProperties: multiplier },
  };
  const aggregates = ofAggregate === undefined ? [] : [{ name: 'one', metadata: { [KEY]: ofAggregate } }];
  const views = hosts.map((host) => aView(aHost(host), { aggregates }));
  return schedule(aRequest({ imageProperties }), aSnapshot(views), policy).candidates.map(({ hostName }) => hostName);
};

describe('images of servers', () => {
  it('draw servers of like images: each server with the same value counts', () => {
    expect(best({ os_distro: 'linux' }, [windows, linux], 1)).toEqual(['linux', 'windows']);
    expect(best({ os_distro: 'windows', hw_machine_type: 'pc' }, [windows, linux, none], 1)).toEqual([
      ...['windows', 'linux', 'none'],
    ]);
  });

  it('draw them apart with a negative multiplier', () => {
    expect(best({ os_distro: 'linux' }, [windows, linux], -1)).toEqual(['windows', 'linux']);
  });

  it('count as the weights of their properties say; a property without one does not count', () => {
    const weights = { hw_machine_type: 10, os_distro: 0 };
    const two = { name: 'two', imageProperties: { hw_machine_type: { pc: 2 } } };
    expect(best({ os_distro: 'linux', hw_machine_type: 'pc' }, [two, linux], 1, { weights })).toEqual(['two', 'linux']);
    expect(best({ tier: 'gold' }, [gold, none], 1, { weights: { tier: 1 } })).toEqual(['gold', 'none']);
    expect(best({ tier: 'gold' }, [gold, none], -1, { weights: { tier: 1 } })).toEqual(['none', 'gold']);
  });

  it('count only where the property is known to Nova, if no weights are given', () => {
    expect(best({ tier: 'gold' }, [gold, none], 1)).toEqual(best({}, [gold, none], 1));
    expect(best({ tier: 'gold' }, [gold, none], -1)).toEqual(best({}, [gold, none], -1));
  });

  it('have the multiplier of aggregates, but none while the multiplier is 0', () => {
    const request = { os_distro: 'linux' };
    expect(best(request, [windows, linux], 1, { ofAggregate: '-1' })).toEqual(['windows', 'linux']);
    expect(best(request, [windows, linux], 0, { ofAggregate: '-1' })).toEqual(best({}, [windows, linux], 0));
    expect(best(request, [windows, linux], 0, { ofAggregate: '1' })).toEqual(best({}, [windows, linux], 0));
  });
});

it('a decision counts as a server of its image until the cell tells the claim', () => {
  const host = aHost();
  const view = aView(host);
  const one = { vcpus: 1, ramMb: 1_024, diskGb: 10 };
  view.assume(one, null, 0, null, { os_distro: 'linux' });
  view.assume(one, null, 0, null, { os_distro: 'linux' });
  expect(view.images).toEqual({ os_distro: { linux: 2 } });
  const told = { ...host, version: 2, used: one, imageProperties: { os_distro: { linux: 1 } } };
  expect(view.updated(view.cell, told, view).images).toEqual({ os_distro: { linux: 2 } });
});
