import { Type } from 'typebox';
import { NO_PARTS } from '#platform/objects/guest-parts.ts';
import { actionRule } from '#platform/states/action-rule.ts';
import { powerAction } from './power-action.ts';

const SOFT = actionRule(['active'], 'rebooting');
const HARD = actionRule(['active', 'stopped', 'paused', 'suspended', 'error'], 'rebooting_hard', {
  taskStates: [
    'rebooting',
    'reboot_pending',
    'reboot_started',
    'resuming',
    'rebooting_hard',
    'unpausing',
    'pausing',
    'suspending',
  ],
});

/** A hard reboot also interrupts a change of power that hangs. */
export const reboot = powerAction({
  kind: 'reboot',
  since: '0.1.0',
  params: Type.Object({ reboot: Type.Optional(Type.Union([Type.Literal('soft'), Type.Literal('hard')])) }),
  rule: (params) => (params.reboot === 'hard' ? HARD : SOFT),
  power: 'running',
  restart: (params) => params.reboot ?? 'soft',
  // A server in ERROR may still be asked to start from the disk of a rescue.
  parts: (params, before) => (params.reboot === 'hard' ? { ...before, boot: NO_PARTS.boot } : before),
});
