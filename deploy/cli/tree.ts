/** A thing and what belongs to it, for a terminal. */
export interface Branch {
  readonly text: string;
  readonly parts?: readonly Branch[];
}

/** One line each, what belongs to a thing below it and indented. */
export function asTree({ text, parts = [] }: Branch): string {
  const lines = parts.flatMap((part, at) => {
    const isLast = at === parts.length - 1;
    const [first = '', ...rest] = asTree(part).trimEnd().split('\n');
    return [`${isLast ? '└── ' : '├── '}${first}`, ...rest.map((line) => `${isLast ? '    ' : '│   '}${line}`)];
  });
  return `${[text, ...lines].join('\n')}\n`;
}
