import { actionRule } from '#platform/states/action-rule.ts';
import { plainPowerAction } from './power-action.ts';

export const suspend = plainPowerAction({
  kind: 'suspend',
  since: '0.1.0',
  rule: actionRule(['active'], 'suspending'),
  power: 'suspended',
});
