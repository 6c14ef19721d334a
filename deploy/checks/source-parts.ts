/** A stretch of a TypeScript source, all of one kind. `code` has neither comments nor the text of strings in it. */
interface SourcePart {
  readonly kind: 'code' | 'comment' | 'string';
  readonly text: string;
  /** Of its first character, in UTF-16 units from the start of the source. */
  readonly offset: number;
}

const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const QUOTED = /'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"/y;
const TEMPLATE_TEXT = /(?:\\[\s\S]|\$(?!\{)|[^`\\$])*/y;
const REGEX = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y;
const CODE = /[^'"`/{}]+/y;
/** What stands before a slash that begins a regular expression and no division. */
const BEFORE_REGEX = /(?:^|[([{=,;:!&|?+\-*%<>~^}]|\b(?:return|typeof|case|in|of|do|else))\s*$/;

/** Splits a source into code, comments and the text of strings and templates. Pure; a source that does not parse gives odd parts. */
export function sourceParts(source: string): readonly SourcePart[] {
  const parts: SourcePart[] = [];
  /** For each template that is open: how many braces are open in its substitution. */
  const substitutions: number[] = [];
  let at = 0;
  let code = '';

  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0] ?? null;
  };
  const take = (kind: SourcePart['kind'], text: string): void => {
    parts.push({ kind, text, offset: at });
    at += text.length;
    // A comment changes nothing about what a slash after it means.
    if (kind !== 'comment') code = (code + (kind === 'string' ? 'x' : text)).slice(-40);
  };
  const takeTemplateText = (): void => {
    take('string', match(TEMPLATE_TEXT) ?? '');
    if (source.startsWith('${', at)) {
      take('code', '${');
      substitutions.push(0);
    } else if (at < source.length) take('code', '`');
  };

  while (at < source.length) {
    const next = source[at] ?? '';
    const comment = next === '/' ? match(COMMENT) : null;
    const quoted = next === "'" || next === '"' ? match(QUOTED) : null;
    const regex = next === '/' && comment === null && BEFORE_REGEX.test(code) ? match(REGEX) : null;
    if (comment !== null) take('comment', comment);
    else if (quoted !== null) take('string', quoted);
    else if (regex !== null) take('string', regex);
    else if (next === '`') {
      take('code', '`');
      takeTemplateText();
    } else if (next === '{' || next === '}') {
      const depth = substitutions.pop();
      take('code', next);
      if (depth === 0 && next === '}') takeTemplateText();
      else if (depth !== undefined) substitutions.push(depth + (next === '{' ? 1 : -1));
    } else take('code', match(CODE) ?? next);
  }
  return parts;
}
