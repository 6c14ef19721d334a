import type { Auditor } from '#platform/audit/auditor.ts';
import { listQuarantined } from '../../database/stores/quarantined-instances.ts';
import type { ConductorParts } from '../parts.ts';

/** Quarantined instances (decision 0006). They are no error, but an operator has to decide about their disks. */
export const quarantinedInstances = (parts: ConductorParts): Auditor => ({
  kinds: ['instance-quarantined'],
  settleMs: 0,
  look: async () =>
    (await listQuarantined(parts.database.read)).map(({ uuid, epoch, name, hostName, reason }) => ({
      kind: 'instance-quarantined',
      subject: uuid,
      message: `a guest of "${name}" (epoch ${epoch}) on host ${hostName ?? 'none'} is stopped and quarantined: ${reason}`,
      advice: `volvox quarantine forget ${uuid} --epoch ${epoch} removes it with its disks; do so once nobody needs them`,
    })),
});
