import type { HostDevice } from '#platform/objects/host-device.ts';
import type { SqlServer } from '../store/sql-server.ts';

interface ClaimedGuest {
  readonly guest_id: string;
  readonly host_id: string;
  readonly devices: string;
  readonly spec: string;
}

/** No device of a host is given twice, hosts count what claims have, and guests were told what their claims say. */
export function wrongDevices(sql: SqlServer): string[] {
  const wrong: string[] = [];
  const claims = sql.look<ClaimedGuest & Record<string, unknown>>(
    'SELECT c.guest_id, c.host_id, c.devices, g.spec FROM claims c JOIN guests g ON g.id = c.guest_id WHERE c.devices IS NOT NULL',
  );
  for (const { guest_id, devices, spec } of claims) {
    const told = (JSON.parse(spec) as { devices?: HostDevice[] }).devices;
    if (JSON.stringify(told) !== devices)
      wrong.push(`guest ${guest_id} was told ${JSON.stringify(told)}, and has ${devices}`);
  }
  const hosts = sql.look<{ id: string; name: string; devices_used: string | null }>(
    'SELECT id, name, devices_used FROM hosts',
  );
  for (const { id, name, devices_used } of hosts) {
    const claimed = claims
      .filter(({ host_id }) => host_id === id)
      .flatMap(({ devices }) => (JSON.parse(devices) as HostDevice[]).map(({ address }) => address))
      .sort();
    if (new Set(claimed).size < claimed.length)
      wrong.push(`devices of ${name} were given twice: ${claimed.join(', ')}`);
    const text = claimed.length === 0 ? null : JSON.stringify(claimed);
    if (text !== devices_used) wrong.push(`${name} counts the devices ${devices_used}, its claims have ${text}`);
  }
  return wrong;
}
