import { Validators, type Validator } from '@millrace/connect-api';

/** A list of aliases, each once; `kind` as in `transformation aliases`. */
export function aliases(kind: string): Validator {
  return Validators.all(Validators.nonNull(), Validators.uniqueAliases(kind));
}

/** Classes are looked up where the plugins are known (libs/plugins); here they are names. */
const anyClass = (): void => undefined;

export const CONVERTER = Validators.of(
  'A concrete subclass of org.apache.kafka.connect.storage.Converter, A class with a public, no-argument constructor',
  anyClass,
);
export const HEADER_CONVERTER = Validators.of(
  'A concrete subclass of org.apache.kafka.connect.storage.HeaderConverter, A class with a public, no-argument constructor',
  anyClass,
);

/** At least 0 ms; null stands for the worker's own interval. */
export const INTERVAL = Validators.nullOr(Validators.atLeast(0));

export const TOPICS = Validators.list({ emptyAllowed: true, nullAllowed: false });
