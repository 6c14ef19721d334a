import { always } from '../../http/by-version.ts';
import { arrayOf, looseQuery, object, several, string } from '../../http/parameter-types.ts';
import { integer, oneOf, shape } from '../../http/response-types.ts';
import type { Schema } from '../../http/validator.ts';

const onOff: Schema = oneOf('enable', 'disable', 'Enable', 'Disable', 'ENABLE', 'DISABLE');

export const listHostsQuery = always(looseQuery({ zone: several(string) }));
export const updateHostBody = always(object({ status: onOff, maintenance_mode: onOff }));

export const hostsResponse = always(
  shape({ hosts: arrayOf(shape({ host_name: string, service: string, zone: string })) }),
);
const resource = shape({ host: string, project: string, cpu: integer, memory_mb: integer, disk_gb: integer });
export const hostResponse = always(shape({ host: arrayOf(shape({ resource })) }));
export const updatedHostResponse = always(
  shape({ host: string, 'status?': oneOf('enabled', 'disabled'), 'maintenance_mode?': oneOf('off_maintenance') }),
);
export const powerActionResponse = always(
  shape({ host: string, power_action: oneOf('startup', 'shutdown', 'reboot') }),
);
