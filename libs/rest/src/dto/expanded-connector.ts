import { ApiPropertyOptional } from '@nestjs/swagger';
import { ConnectorInfo } from './connector-info.ts';
import { ConnectorStateInfo } from './connector-state-info.ts';

/** A connector in the answer of `GET /connectors?expand=…`. */
export class ExpandedConnector {
  @ApiPropertyOptional({ type: ConnectorStateInfo, description: 'With expand=status' })
  status?: ConnectorStateInfo;

  @ApiPropertyOptional({ type: ConnectorInfo, description: 'With expand=info' })
  info?: ConnectorInfo;
}
