import { toError, type Props, type SourceConnector } from '@millrace/connect-api';
import type { CheckedValues } from './checked-values.ts';

/** What the connector itself says of exactly-once delivery and transaction boundaries with this configuration. */
export function checkSource(
  values: CheckedValues,
  props: Props,
  context: { readonly connector: SourceConnector; readonly exactlyOnceEnabled: boolean },
): void {
  checkExactlyOnce(values, props, context);
  checkTransactionBoundary(values, props, context.connector);
}

const NO_ANSWER =
  'The connector does not implement the API required for preflight validation of exactly-once source support. Please consult the ' +
  'documentation for the connector to determine whether it supports exactly-once semantics, and then consider reconfiguring the ' +
  'connector to use the value "requested" for this property (which will disable this preflight check and allow the connector to be created).';

function checkExactlyOnce(
  values: CheckedValues,
  props: Props,
  {
    connector,
    exactlyOnceEnabled,
  }: { readonly connector: SourceConnector; readonly exactlyOnceEnabled: boolean },
): void {
  const key = 'exactly.once.support';
  if (!asks(values, key, 'required')) {
    return;
  }
  if (!exactlyOnceEnabled) {
    values.addError(key, 'This worker does not have exactly-once source support enabled.');
  }
  guarded(values, key, () => {
    const support = connector.exactlyOnceSupport(props);
    if (support === undefined) {
      values.addError(key, NO_ANSWER);
    } else if (support === 'UNSUPPORTED') {
      values.addError(
        key,
        'The connector does not support exactly-once semantics with the provided configuration.',
      );
    }
  });
}

function checkTransactionBoundary(values: CheckedValues, props: Props, connector: SourceConnector): void {
  const key = 'transaction.boundary';
  if (!asks(values, key, 'connector')) {
    return;
  }
  guarded(values, key, () => {
    if (!connector.canDefineTransactionBoundaries(props)) {
      values.addError(
        key,
        'The connector does not support connector-defined transaction boundaries with the given configuration. Please reconfigure it ' +
          'to use a different transaction boundary definition.',
      );
    }
  });
}

/** Whether the key is right, and has this value in any case. */
function asks(values: CheckedValues, key: string, wanted: string): boolean {
  const value = values.get(key)?.value;
  return values.isValid(key) && typeof value === 'string' && value.toLowerCase() === wanted;
}

function guarded(values: CheckedValues, key: string, ask: () => void): void {
  try {
    ask();
  } catch (error) {
    const message = toError(error).message.trim();
    const reason = message === '' ? '; please see the worker logs for more details.' : `: ${message}`;
    values.addError(key, `An unexpected error occurred during validation${reason}`);
  }
}
