/** The connector and task number in a key such as `task-my-connector-3`: the last part is the number; null if it is none. */
export function taskIdOf(key: string): { readonly connector: string; readonly task: number } | null {
  const parts = key.split('-');
  const last = parts.at(-1) ?? '';
  if (parts.length < 3 || !/^\d{1,9}$/.test(last)) {
    return null;
  }
  const connector = parts.slice(1, -1).join('-');
  return connector === '' ? null : { connector, task: Number(last) };
}
