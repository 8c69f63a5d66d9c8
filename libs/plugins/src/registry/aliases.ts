import type { PluginDescriptor, PluginType } from '../plugin-types.ts';

/** What may be left out at the end of a class name, by kind. */
const SUFFIX: Readonly<Record<PluginType, string>> = {
  sink: 'Connector',
  source: 'Connector',
  transformation: 'Transformation',
  predicate: 'Predicate',
  converter: 'Converter',
  header_converter: 'HeaderConverter',
  config_provider: 'ConfigProvider',
};

/** The last part of a class name; of an inner class the innermost name, as Java's `getSimpleName`. */
export function simpleName(className: string): string {
  return className.slice(Math.max(className.lastIndexOf('.'), className.lastIndexOf('$')) + 1);
}

/** The simple name up to the word for the plugin's kind: `FileStreamSource`, `Json`. */
function prunedName({ class: className, type }: PluginDescriptor): string {
  const simple = simpleName(className);
  const end = simple.lastIndexOf(SUFFIX[type]);
  return end > 0 ? simple.slice(0, end) : simple;
}

/** Short names of plugins and the classes they stand for; a name that could mean several classes is none (as in the JVM). */
export function aliasesOf(plugins: readonly PluginDescriptor[]): ReadonlyMap<string, string> {
  const candidates = new Map<string, Set<string>>();
  for (const plugin of plugins) {
    for (const alias of [simpleName(plugin.class), prunedName(plugin)]) {
      candidates.set(alias, (candidates.get(alias) ?? new Set()).add(plugin.class));
    }
  }
  return new Map(
    [...candidates].flatMap(([alias, classes]) => {
      const [only, ...others] = classes;
      return only === undefined || others.length > 0 ? [] : [[alias, only] as const];
    }),
  );
}
