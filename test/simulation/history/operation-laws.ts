import type { SqlServer } from '../store/sql-server.ts';

const NOTE = "INSERT INTO simulated_broken_laws VALUES (new.kind || ' ' || new.id || ' ' ||";

/** Looks at every write of an operation's row, whoever makes it, and notes those that no worker may make. */
export const OPERATION_LAWS = [
  'CREATE TABLE simulated_broken_laws (what TEXT NOT NULL)',
  `CREATE TRIGGER simulated_law_end AFTER UPDATE ON operations
    WHEN old.finished_at IS NOT NULL AND (new.finished_at IS NOT old.finished_at OR new.state != old.state OR new.history != old.history)
    BEGIN ${NOTE} 'was over, and was written again'); END`,
  `CREATE TRIGGER simulated_law_forward AFTER UPDATE ON operations
    WHEN old.state IN ('running', 'stranded') AND new.state = 'running' AND new.step_index < old.step_index
    BEGIN ${NOTE} 'went from step ' || old.step_index || ' to ' || new.step_index || ' without going back'); END`,
  `CREATE TRIGGER simulated_law_back AFTER UPDATE ON operations
    WHEN old.state = 'undoing' AND (new.state IN ('running', 'done') OR new.step_index > old.step_index)
    BEGIN ${NOTE} 'went back, and goes forward again'); END`,
  `CREATE TRIGGER simulated_law_lease AFTER UPDATE ON operations WHEN new.lease_token < old.lease_token
    BEGIN ${NOTE} 'has an older lease'); END`,
] as const;

export const brokenLaws = (sql: SqlServer): string[] =>
  sql
    .look<{ what: string }>('SELECT DISTINCT what FROM simulated_broken_laws')
    .map(({ what }) => `${sql.name}: ${what}`);
