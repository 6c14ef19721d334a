import { deviceRequestsOf } from '#platform/objects/device-request.ts';
import { actionRule } from '#platform/states/action-rule.ts';
import { plainPowerAction } from './power-action.ts';

export const suspend = plainPowerAction({
  kind: 'suspend',
  since: '0.1.0',
  rule: actionRule(['active'], 'suspending'),
  power: 'suspended',
  refusal: ({ flavor }) =>
    deviceRequestsOf(flavor).length === 0
      ? null
      : 'The server has devices of its host, whose state cannot be saved. Stop it instead of suspending it.',
});
