import { ConfigDef, type ConnectRecord, type Props, type Transformation } from '@millrace/connect-api';

/** `org.apache.kafka.connect.transforms.Filter`: drops every record, so it is used with a predicate. */
export class Filter implements Transformation {
  config(): ConfigDef {
    return new ConfigDef();
  }

  configure(_props: Props): void {
    // Has no settings.
  }

  apply(_record: ConnectRecord): null {
    return null;
  }
}
