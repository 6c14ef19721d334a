import { actionRule } from '#platform/states/action-rule.ts';
import { plainPowerAction } from './power-action.ts';

export const resume = plainPowerAction({
  kind: 'resume',
  since: '0.1.0',
  rule: actionRule(['suspended'], 'resuming'),
  power: 'running',
});
