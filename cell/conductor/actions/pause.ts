import { actionRule } from '#platform/states/action-rule.ts';
import { plainPowerAction } from './power-action.ts';

export const pause = plainPowerAction({
  kind: 'pause',
  since: '0.1.0',
  rule: actionRule(['active'], 'pausing'),
  power: 'paused',
});
