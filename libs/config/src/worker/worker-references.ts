import { ConfigError, type ConfigData, type ConfigProvider } from '@millrace/connect-api';
import { providerError } from '../providers/config-transformer.ts';
import { builtInProvider, declaredProviders } from '../providers/create-config-providers.ts';
import { hasReference, replaceReferences, wantedKeys, type FoundKeys } from '../providers/references.ts';

/**
 * A worker's own properties with their references resolved. Only the built-in providers can be used in them, since plugins are found by
 * means of these properties; a reference to a provider that is not declared stays as it is written. Throws ConfigError.
 */
export function resolveWorkerProps(
  props: Readonly<Record<string, string>>,
  baseDir: string,
): Readonly<Record<string, string>> {
  if (!Object.values(props).some(hasReference)) {
    return props;
  }
  const declared = new Map(declaredProviders(props).map((each) => [each.name, each]));
  const providers = new Map<string, ConfigProvider>();
  const found: FoundKeys[] = [];
  for (const wanted of wantedKeys(props)) {
    const declaration = declared.get(wanted.provider);
    if (declaration === undefined) {
      continue;
    }
    const provider = providers.get(wanted.provider) ?? builtInProvider(declaration, baseDir);
    if (provider === null) {
      throw ConfigError.invalidValue(
        `config.providers.${wanted.provider}.class`,
        declaration.className,
        "the worker's own properties can refer to the File, Directory and EnvVar config providers only",
      );
    }
    providers.set(wanted.provider, provider);
    try {
      // The built-in providers answer at once.
      found.push({ ...wanted, data: provider.get(wanted.path, wanted.keys) as ConfigData });
    } catch (error) {
      throw providerError(wanted, error);
    }
  }
  return replaceReferences(props, found) as Readonly<Record<string, string>>;
}
