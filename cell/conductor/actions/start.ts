import { actionRule } from '#platform/states/action-rule.ts';
import { plainPowerAction } from './power-action.ts';

export const start = plainPowerAction({
  kind: 'start',
  since: '0.1.0',
  rule: actionRule(['stopped'], 'powering-on'),
  power: 'running',
});
