import { DocumentBuilder } from '@nestjs/swagger';

/** The version of Kafka Connect whose REST API this is; clients switch features by it. */
export const CONNECT_VERSION = '4.3.1';

/** Title, version and tags of the document. */
export function documentBase(): ReturnType<DocumentBuilder['build']> {
  return new DocumentBuilder()
    .setTitle('Millrace, the Kafka Connect REST API')
    .setDescription('Manages the connectors of a Kafka Connect cluster.')
    .setVersion(CONNECT_VERSION)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addTag('connectors', 'Connectors and their tasks')
    .addTag('offsets', 'Offsets and lag of connectors')
    .addTag('plugins', 'Plugins and checks of configurations')
    .addTag('workers', 'Workers of the cluster')
    .addTag('admin', 'Log levels')
    .addTag('server', 'The server itself')
    .build();
}
