/**
 * What the statements of this project say in MySQL's words and SQLite says otherwise. Not a translator of MySQL: a statement that is not
 * understood fails in the simulation, and its form is added here.
 */
export function statementForSqlite(mysql: string): string {
  let text = mysql.trim();
  text = text.replace(/\s+(for update|for share|lock in share mode)( skip locked| nowait)?$/i, '');
  text = text.replace(/^insert ignore into/i, 'insert or ignore into');
  text = text.replace(/\bon duplicate key update\b/i, 'on conflict do update set');
  text = text.replace(/\bVALUES\(\s*(`?\w+`?)\s*\)(?!\s*,\s*\()/g, (whole, column: string) =>
    column === '?' ? whole : `excluded.${column}`,
  );
  text = text
    .replace(/\bGREATEST\(/gi, 'max(')
    .replace(/\bLEAST\(/gi, 'min(')
    .replace(/\bIF\(/g, 'iif(')
    .replace(/\bSTRAIGHT_JOIN\b/gi, 'CROSS JOIN');
  text = text.replace(/\bCONVERT\(([^()]*?) USING \w+\)/gi, '$1').replace(/\s+COLLATE \w+/gi, '');
  return limited(joined(text));
}

/** `UPDATE t [a] JOIN (…) r ON … SET a.x = … WHERE …` */
function joined(text: string): string {
  const parts =
    /^UPDATE\s+(\w+)(?:\s+(?!JOIN)(\w+))?\s+JOIN\s+\(([\s\S]*)\)\s+r\s+ON\s+([\s\S]*?)\s+SET\s+([\s\S]*?)\s+WHERE\s+([\s\S]*)$/i.exec(
      text,
    );
  if (parts === null) return text;
  // The parts change places, so each parameter keeps its number.
  let parameter = 0;
  const numbered = (part = ''): string => part.replaceAll('?', () => `?${++parameter}`);
  const [, table = '', alias] = parts;
  const [rows, on, set, where] = [numbered(parts[3]), numbered(parts[4]), numbered(parts[5]), numbered(parts[6])];
  const name = alias ?? table;
  const assignments = set.replace(new RegExp(`(^|,\\s*)${name}\\.(\\w+)\\s*=`, 'g'), '$1$2 =');
  return `UPDATE ${table} AS ${name} SET ${assignments} FROM (${rows}) AS r WHERE (${on}) AND (${where})`;
}

/** `DELETE … LIMIT n` and `UPDATE … LIMIT n`. */
function limited(text: string): string {
  const parts = /^delete from (`?\w+`?) where ([\s\S]*) limit (\?|\d+)$/i.exec(text);
  if (parts === null) return text;
  const [, table, where, limit] = parts;
  return `delete from ${table} where rowid in (select rowid from ${table} where ${where} limit ${limit})`;
}

/** A migration's statement. Keys that are not unique are left out: a simulated table is small. */
export function schemaForSqlite(mysql: string): readonly string[] {
  if (/^\s*(ALTER TABLE \S+ ADD|CREATE) (INDEX|KEY)\b/i.test(mysql)) return [];
  const unique = /^\s*ALTER TABLE (\S+) ADD UNIQUE KEY IF NOT EXISTS (\S+) (\(.*\))\s*$/i.exec(mysql);
  if (unique !== null) return [`CREATE UNIQUE INDEX ${unique[2]} ON ${unique[1]} ${unique[3]}`];
  // A key that goes forbids nothing that happens here.
  if (/^\s*ALTER TABLE \S+ DROP KEY IF EXISTS\b/i.test(mysql)) return [];
  // A simulated database is empty when its tables are made, so there is nothing to fill new ones from.
  if (/^\s*INSERT IGNORE INTO \S+ \([^)]*\)\s+SELECT\b/i.test(mysql)) return [];
  // …nor to change.
  if (/^\s*UPDATE\b/i.test(mysql)) return [];
  // SQLite compares text byte by byte already.
  if (/^\s*ALTER (DATABASE|TABLE \S+ CONVERT TO) CHARACTER SET\b/i.test(mysql)) return [];
  const table =
    /^\s*CREATE TABLE IF NOT EXISTS\s+`?(\w+)`?\s*\(([\s\S]*)\)\s*(?:ENGINE=|CHARACTER SET |COLLATE )[\s\S]*$/i.exec(
      mysql,
    );
  if (table === null) return [statementForSqlite(plain(mysql))];
  const [, name = '', body = ''] = table;
  const counted = /^\s*`?(\w+)`?\s+BIGINT NOT NULL AUTO_INCREMENT/im.exec(body)?.[1];
  const lines = splitAtTop(plain(body))
    .map((line) => line.trim())
    .filter((line) => !/^(FULLTEXT |SPATIAL )?(KEY|INDEX)\b/i.test(line))
    .map((line) => line.replace(/^UNIQUE (KEY|INDEX) `?\w+`?/i, 'UNIQUE'))
    .map((line) => line.replace(/^(`?\w+`?\s+BIGINT) NOT NULL AUTO_INCREMENT/i, '$1'));
  const create = `CREATE TABLE ${name} (${lines.join(', ')})`;
  if (counted === undefined) return [create];
  const trigger = `CREATE TRIGGER ${name}_${counted} AFTER INSERT ON ${name} BEGIN
    UPDATE ${name} SET ${counted} = new.rowid WHERE rowid = new.rowid; END`;
  return [create, trigger];
}

const plain = (text: string): string =>
  text
    .replace(/\s+CHARACTER SET \w+/gi, '')
    .replace(/\s+COLLATE \w+/gi, '')
    .replace(/\s+(?:AFTER|FIRST) `?\w+`?\s*$/i, '')
    .replace(/\bADD COLUMN IF NOT EXISTS\b/gi, 'ADD COLUMN')
    .replace(/ STORED\s*$/i, ' VIRTUAL')
    .replace(/\s+ON UPDATE CURRENT_TIMESTAMP\(?\d*\)?/gi, '');

function splitAtTop(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') depth += 1;
    else if (text[at] === ')') depth -= 1;
    else if (text[at] === ',' && depth === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, text.slice(from)];
}

/** The unique keys of a migration's table by the columns they name, so that a refusal can say the key's name as MySQL does. */
export function uniqueKeys(mysql: string): readonly { readonly columns: string; readonly key: string }[] {
  const table = /CREATE TABLE IF NOT EXISTS\s+`?(\w+)`?/i.exec(mysql)?.[1];
  if (table === undefined) return [];
  return [...mysql.matchAll(/UNIQUE (?:KEY|INDEX) `?(\w+)`?\s*\(([^)]*)\)/gi)].map(([, key = '', columns = '']) => ({
    columns: columns
      .split(',')
      .map((column) => `${table}.${column.trim()}`)
      .join(', '),
    key,
  }));
}
