/** A test for file names: `*` any characters, `?` one, `{a,b}` alternatives; everything else stands for itself. */
export function globMatcher(pattern: string): (name: string) => boolean {
  let depth = 0;
  let source = '';
  for (const char of pattern) {
    if (char === '*') {
      source += '.*';
    } else if (char === '?') {
      source += '.';
    } else if (char === '{') {
      depth += 1;
      source += '(?:';
    } else if (char === '}' && depth > 0) {
      depth -= 1;
      source += ')';
    } else if (char === ',' && depth > 0) {
      source += '|';
    } else {
      source += char.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    }
  }
  const regex = new RegExp(`^(?:${source}${')'.repeat(depth)})$`, 'u');
  return (name) => regex.test(name);
}
