import { VolvoxError } from '../errors/volvox-error.ts';
import { addedMember, type CallChange } from './contract.ts';

/** The actions that version 2 of the door knows. A record of that version: new actions are not added to it. */
const ACTIONS_OF_VERSION_2: readonly string[] = [
  'start',
  'stop',
  'reboot',
  'pause',
  'unpause',
  'suspend',
  'resume',
  'resize',
  'confirmResize',
  'revertResize',
  'delete',
];

/** Version 2 refuses other kinds as malformed, and does not know a disk config in a resize. */
export const actChange: CallChange = {
  request: {
    down: (value) => {
      const { kind, params, ...rest } = value as { kind: string; params: Readonly<Record<string, unknown>> };
      if (!ACTIONS_OF_VERSION_2.includes(kind)) {
        throw new VolvoxError('unsupported', `The door does not know the action ${kind}.`, {
          details: { action: kind },
        });
      }
      const { diskConfig: _, ...known } = params;
      return { ...rest, kind, params: known };
    },
    up: (value) => value,
  },
};

/** Version 2 writes whatever was changed since. */
export const updateChange: CallChange = { request: addedMember('ifVersion') };

/** Version 8 cannot change the security groups of an instance. */
export const groupsChange: CallChange = {
  request: {
    down: (value) => {
      const { patch } = value as { patch: { securityGroups?: unknown; ports?: unknown } };
      if (patch.securityGroups !== undefined || patch.ports !== undefined) {
        throw new VolvoxError('unsupported', 'The door does not change security groups and ports.');
      }
      return value;
    },
    up: (value) => value,
  },
};
