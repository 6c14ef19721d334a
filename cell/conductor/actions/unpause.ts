import { actionRule } from '#platform/states/action-rule.ts';
import { plainPowerAction } from './power-action.ts';

export const unpause = plainPowerAction({
  kind: 'unpause',
  since: '0.1.0',
  rule: actionRule(['paused'], 'unpausing'),
  power: 'running',
});
