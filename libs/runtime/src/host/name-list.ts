import type { Props } from '@millrace/connect-api';

/** The names that a setting lists, separated by commas; empty ones are left out. */
export function nameList(props: Props, key: string): readonly string[] {
  return (props[key] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
