import { hasReference } from '@millrace/config';
import { Password, type ConfigKeyInfo, type Props } from '@millrace/connect-api';
import type { ConfigInfo, ConfigInfos } from './config-infos.ts';

/** Shorter texts are no secrets, and taking them out of messages would garble these. */
const SHORTEST_SECRET = 3;

/** What must not be shown, and what stands in its place. */
export class Secrets {
  readonly #raw: Props;
  /** Longest first, so that a secret that holds another is taken as a whole. */
  readonly #replacements: readonly (readonly [secret: string, shown: string])[];

  /** `raw`: the configuration as it was given; `references`: what its references stand for. */
  constructor(raw: Props, references: ReadonlyMap<string, string>) {
    this.#raw = raw;
    this.#replacements = [...references]
      .flatMap(([reference, value]) => [value, value.trim()].map((secret) => [secret, reference] as const))
      .filter(([secret]) => secret.length >= SHORTEST_SECRET)
      .toSorted(([a], [b]) => b.length - a.length);
  }

  /** A message without secrets. */
  hide(message: string, passwords: readonly string[] = []): string {
    const withoutPasswords = passwords.reduce(
      (text, password) => text.replaceAll(password, String(new Password(password))),
      message,
    );
    return this.#replacements.reduce(
      (text, [secret, shown]) => text.replaceAll(secret, shown),
      withoutPasswords,
    );
  }

  /**
   * A checked configuration fit to be shown (design invariant 6): values that were references are references again, and neither what these stand
   * for nor a PASSWORD is in an error. The JVM shows resolved values here.
   */
  hideIn(infos: ConfigInfos): ConfigInfos {
    const passwords = infos.configs.flatMap((info) => this.#passwordOf(info) ?? []);
    return { ...infos, configs: infos.configs.map((info) => this.#hidden(info, passwords)) };
  }

  #passwordOf({ definition, value }: ConfigInfo): string | null {
    const given = definition.type === 'PASSWORD' ? (this.#raw[value.name]?.trim() ?? '') : '';
    return given.length < SHORTEST_SECRET || hasReference(given) ? null : given;
  }

  #hidden({ definition, value }: ConfigInfo, passwords: readonly string[]): ConfigInfo {
    const hide = (text: string): string => this.hide(text, passwords);
    return {
      definition,
      value: {
        ...value,
        value: this.#shown(definition, value.value),
        errors: value.errors.map(hide),
        recommended_values:
          definition.type === 'CLASS' ? value.recommended_values : value.recommended_values.map(hide),
      },
    };
  }

  #shown({ name, type, default_value: fallback }: ConfigKeyInfo, value: string | null): string | null {
    const raw = this.#raw[name] ?? null;
    if (value === null || type === 'PASSWORD' || type === 'CLASS') {
      return value;
    }
    if (raw !== null && hasReference(raw)) {
      return raw;
    }
    // What somebody gave in clear, or a default, is shown as it is; what a plugin made up may hold anything.
    return value === raw?.trim() || value === fallback ? value : this.hide(value);
  }
}
