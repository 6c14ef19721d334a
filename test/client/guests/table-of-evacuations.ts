import { hostsWith, isBootedAnew } from './effects.ts';
import type { GuestCommand } from './guest-command.ts';
import type { ObservedGuest } from './observed-guest.ts';
import type { Scene } from './scene.ts';

/** It has new disks on another host, and comes up there. */
const isRebuiltElsewhere = async (guest: ObservedGuest): Promise<boolean> =>
  (await guest.hasMoved()) && isBootedAnew(guest, 'blank');

async function isDown({ region }: Scene, host: string): Promise<boolean> {
  const { services } = await region.admin.call('compute', 'GET /os-services', { query: { host } });
  return services.some((service) => 'forced_down' in service && service.forced_down === true);
}

const declaresDead: GuestCommand = {
  openstack: 'compute service set --down {host:one} nova-compute',
  nova: 'service-force-down {service:one}',
  as: 'admin',
  before: (guest) => guest.noteHost(),
  seenIn: ['API'],
  effect: (guest, _said, scene) => isDown(scene, guest.noted),
};
const declaresUp: GuestCommand = {
  openstack: 'compute service set --up {noted-host:one} nova-compute',
  nova: 'service-force-down --unset {noted-service:one}',
  as: 'admin',
  seenIn: ['host', 'API'],
  effect: async (guest, _said, scene) => !(await isDown(scene, guest.noted)) && (await hostsWith(guest)).length === 1,
};

/** The host of the server `one` is declared dead. They come before it gets an image that has marks: a new disk has none. */
export const EVACUATIONS: readonly GuestCommand[] = [
  declaresDead,
  {
    openstack: 'server evacuate {server:one}',
    as: 'admin',
    // Debian's 6.0.0 has asked for it when it fails to read the answer.
    complains: /'TupleWithMeta' object has no attribute/,
    seenIn: ['guest', 'host'],
    effect: isRebuiltElsewhere,
  },
  { nova: 'evacuate {server:one}', as: 'admin', seenIn: ['guest', 'host'], effect: isRebuiltElsewhere },
  declaresUp,
  declaresDead,
  { nova: 'host-evacuate {host:one}', as: 'admin', seenIn: ['guest', 'host'], effect: isRebuiltElsewhere },
  declaresUp,
];
