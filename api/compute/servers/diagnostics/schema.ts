import { arrayOf, string } from '../../../http/parameter-types.ts';
import { flag, integer, integerOrNull, mapOf, oneOf, shape } from '../../../http/response-types.ts';

const nic = shape({
  mac_address: string,
  ...{ rx_octets: integer, rx_packets: integer, rx_drop: integer, rx_errors: integer, rx_rate: integerOrNull },
  ...{ tx_octets: integer, tx_packets: integer, tx_drop: integer, tx_errors: integer, tx_rate: integerOrNull },
});
const disk = shape({
  ...{ read_bytes: integer, read_requests: integer, write_bytes: integer, write_requests: integer },
  errors_count: integerOrNull,
});

export const diagnosticsResponse = {
  /** As libvirt names its counters. */
  1: mapOf(integer),
  48: shape({
    state: oneOf('running'),
    driver: string,
    hypervisor: string,
    hypervisor_os: string,
    uptime: integer,
    config_drive: flag,
    num_cpus: integer,
    num_nics: integer,
    num_disks: integer,
    cpu_details: arrayOf(shape({ id: integer, time: integer, utilisation: integerOrNull })),
    nic_details: arrayOf(nic),
    disk_details: arrayOf(disk),
    memory_details: shape({ maximum: integer, used: integer }),
  }),
};
