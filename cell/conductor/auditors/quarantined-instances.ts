import type { Auditor } from '#platform/audit/auditor.ts';
import { listQuarantined } from '../../database/stores/quarantined-instances.ts';
import type { ConductorParts } from '../parts.ts';

/** Instances that are kept aside (decision 0006): nothing is wrong with them, but somebody has to decide. */
export const quarantinedInstances = (parts: ConductorParts): Auditor => ({
  kinds: ['instance-aside'],
  settleMs: 0,
  look: async () =>
    (await listQuarantined(parts.database.read)).map(({ uuid, epoch, name, hostName, reason }) => ({
      kind: 'instance-aside',
      subject: uuid,
      message: `a copy of "${name}" (epoch ${epoch}) on host ${hostName ?? 'none'} is kept aside, stopped: ${reason}`,
      advice: `volvox aside forget ${uuid} --epoch ${epoch} removes it with its disks, once nobody needs what is on them`,
    })),
});
