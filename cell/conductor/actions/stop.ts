import { actionRule } from '#platform/states/action-rule.ts';
import { plainPowerAction } from './power-action.ts';

export const stop = plainPowerAction({
  kind: 'stop',
  since: '0.1.0',
  rule: actionRule(['active', 'error'], 'powering-off'),
  power: 'stopped',
});
