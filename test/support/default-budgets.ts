import { loadConfig } from '#platform/config/load.ts';
import { Secret } from '#platform/config/secret.ts';
import type { Directory } from '#platform/directory/directory.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';
import { type Budgets, createBudgets } from '../../api/budgets/budgets.ts';
import { type BudgetsConfig, budgetsSection } from '../../api/budgets/config.ts';
import { createRequestBudgets, type RequestBudgets } from '../../api/budgets/request-budgets.ts';
import { type ConsolesConfig, consolesSection } from '../../api/consoles/config.ts';
import { LogInThrottle } from '../../api/identity/passwords/log-in-throttle.ts';
import { Passwords } from '../../api/identity/passwords/passwords.ts';
import { SERVICE_KEY } from './test-keys.ts';

const budgetsConfig = (changed: Partial<BudgetsConfig>): BudgetsConfig => ({
  ...loadConfig({ budgets: budgetsSection }, { environment: {} }).budgets,
  ...changed,
});
const countNothing = () => undefined;

/** Those of the frame alone. */
export const defaultRequestBudgets = (
  changed: Partial<BudgetsConfig> = {},
  clock: Clock = systemClock,
): RequestBudgets => createRequestBudgets(budgetsConfig(changed), clock, countNothing);

/** The budgets and consoles of an api process as they are configured by default, except for `changed`. */
export function defaultBudgets(
  directory: Directory,
  clock: Clock,
  changed: Partial<BudgetsConfig> = {},
): {
  readonly budgets: Budgets;
  readonly passwords: Passwords;
  readonly throttle: LogInThrottle;
  readonly consoles: ConsolesConfig;
} {
  const config = budgetsConfig(changed);
  const budgets = createBudgets(config, clock, countNothing);
  const throttle = new LogInThrottle({
    ...{ directory, config, clock, count: countNothing, log: silentLogger },
    signingKey: new Secret(SERVICE_KEY),
  });
  const { consoles } = loadConfig({ consoles: consolesSection }, { environment: {} });
  return { budgets, passwords: new Passwords(budgets.passwordHashing, throttle), throttle, consoles };
}
