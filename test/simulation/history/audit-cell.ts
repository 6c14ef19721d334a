import type { SimulatedCell, World } from '../region/world.ts';
import { wrongDevices } from './audit-devices.ts';
import { wrongPlacements } from './audit-placements.ts';

interface GuestRow {
  readonly id: string;
  readonly instance_uuid: string;
  readonly host_id: string;
  readonly role: string;
  readonly epoch: number;
  readonly power: string;
  readonly settled: number;
  readonly found_power: number;
}

/** The only reason why a guest may stay in quarantine for an operator: its disks may be the last good ones. */
const MAY_BE_KEPT = /^moved to another cell, where it could not be started/;

/** Claims = guests = bindings, and what hosts count is the sum of their claims. */
export function auditCell(_world: World, { name, sql }: SimulatedCell): string[] {
  const wrong: string[] = [];
  const say = (what: string): void => void wrong.push(`${name}: ${what}`);
  const guests = sql.look<GuestRow & Record<string, unknown>>(
    'SELECT id, instance_uuid, host_id, role, epoch, power, settled, found_power FROM guests',
  );
  const claims = sql.look<{ guest_id: string; host_id: string; vcpus: number; ram_mb: number; disk_gb: number }>(
    'SELECT guest_id, host_id, vcpus, ram_mb, disk_gb FROM claims',
  );
  for (const claim of claims) {
    const guest = guests.find(({ id }) => id === claim.guest_id);
    if (guest?.host_id !== claim.host_id) say(`a claim of ${claim.guest_id}, which is not there`);
  }
  for (const guest of guests) {
    if (!claims.some(({ guest_id }) => guest_id === guest.id)) say(`guest ${guest.id} has no claim`);
  }
  const hosts = sql.look<{
    id: string;
    name: string;
    used_vcpus: number;
    used_ram_mb: number;
    used_disk_gb: number;
    guests: number;
  }>('SELECT id, name, used_vcpus, used_ram_mb, used_disk_gb, guests FROM hosts');
  for (const host of hosts) {
    const here = claims.filter(({ host_id }) => host_id === host.id);
    const sum = (of: (claim: (typeof here)[number]) => number) => here.reduce((total, claim) => total + of(claim), 0);
    const claimed = [sum((c) => c.vcpus), sum((c) => c.ram_mb), sum((c) => c.disk_gb), here.length].join(' ');
    const counted = [host.used_vcpus, host.used_ram_mb, host.used_disk_gb, host.guests].join(' ');
    if (claimed !== counted) say(`${host.name} counts ${counted}, its claims are ${claimed}`);
  }

  for (const what of [...wrongPlacements(sql), ...wrongDevices(sql)]) say(what);

  const instances = sql.look<{
    uuid: string;
    epoch: number;
    vm_state: string;
    guest_id: string | null;
    host_id: string | null;
    power_state: number;
  }>('SELECT uuid, epoch, vm_state, guest_id, host_id, power_state FROM instances WHERE deleted_at IS NULL');
  const bindings = sql.look<{ guest_id: string; instance_uuid: string; host_id: string; present: number }>(
    'SELECT guest_id, instance_uuid, host_id, present FROM port_bindings',
  );
  for (const { uuid, presence } of sql.look<{ uuid: string; presence: string }>(
    "SELECT uuid, presence FROM instances WHERE presence != 'here'",
  ))
    say(`${uuid} is ${presence} for ever`);
  const quarantined = sql.look<{ uuid: string; reason: string }>('SELECT uuid, reason FROM aside_instances');
  for (const { uuid, reason } of quarantined) if (!MAY_BE_KEPT.test(reason)) say(`${uuid} is quarantined: ${reason}`);
  for (const { guest_id } of sql.look<{ guest_id: string }>('SELECT guest_id FROM unknown_guests'))
    say(`nobody knows guest ${guest_id}`);
  for (const guest of guests) {
    if (guest.role === 'aside' && quarantined.some(({ uuid }) => uuid === guest.instance_uuid)) continue;
    const instance = instances.find(({ uuid }) => uuid === guest.instance_uuid);
    if (instance === undefined) say(`guest ${guest.id} (${guest.role}) is left of ${guest.instance_uuid}`);
    else if (guest.epoch !== instance.epoch)
      say(`guest ${guest.id} has epoch ${guest.epoch}, its instance ${instance.epoch}`);
  }
  for (const binding of bindings) {
    if (!guests.some(({ id }) => id === binding.guest_id)) say(`a binding is left of ${binding.guest_id}`);
  }
  const POWER: Readonly<Record<string, readonly string[]>> = {
    active: ['running'],
    stopped: ['stopped'],
    paused: ['paused'],
    suspended: ['suspended'],
    // Its guest may have shut itself down.
    rescued: ['running', 'stopped'],
    shelved: ['stopped'],
    'soft-delete': ['stopped'],
  };
  for (const instance of instances) {
    const ofInstance = guests.filter(({ instance_uuid, role }) => instance_uuid === instance.uuid && role !== 'aside');
    const roles = ofInstance
      .map(({ role }) => role)
      .sort()
      .join(' ');
    const expected =
      instance.vm_state === 'resized'
        ? ['current source']
        : instance.vm_state === 'error'
          ? ['', 'current']
          : instance.vm_state === 'shelved_offloaded'
            ? ['']
            : ['current'];
    if (!expected.includes(roles))
      say(`${instance.uuid} is ${instance.vm_state}, and has the guests ${roles || 'none'}`);
    const current = ofInstance.find(({ role }) => role === 'current');
    if ((current?.id ?? null) !== instance.guest_id || (current?.host_id ?? null) !== instance.host_id)
      say(`${instance.uuid} does not name its guest`);
    const power = POWER[instance.vm_state];
    if (power !== undefined && current !== undefined && !power.includes(current.power))
      say(`${instance.uuid} is ${instance.vm_state}, and its desired power is ${current.power}`);
    if (current?.settled === 1 && current.found_power !== instance.power_state)
      say(`${instance.uuid} shows power ${instance.power_state}, and its guest has ${current.found_power}`);
  }
  return wrong;
}
