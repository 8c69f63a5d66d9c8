import { answer, createConnectClient, type components } from '@millrace/client';

export type ConnectorStatus = components['schemas']['ConnectorStateInfo'];

/** What the demo asks of a gateway, through the client that is generated from its OpenAPI document. */
export class GatewayCalls {
  readonly url: string;
  readonly #client: ReturnType<typeof createConnectClient>;

  constructor(url: string) {
    this.url = url;
    this.#client = createConnectClient(url);
  }

  async create(name: string, config: Readonly<Record<string, string>>): Promise<void> {
    await answer(this.#client.POST('/connectors', { body: { name, config } }));
  }

  status(connector: string): Promise<ConnectorStatus> {
    return answer(this.#client.GET('/connectors/{connector}/status', { params: { path: { connector } } }));
  }

  /** The sum of all committed positions of a connector: bytes of a file source, records of a sink. */
  async progress(connector: string): Promise<number> {
    const call = this.#client.GET('/connectors/{connector}/offsets', { params: { path: { connector } } });
    const { offsets = [] } = await answer(call);
    return offsets.reduce((sum, { offset }) => {
      const at: unknown = offset?.['position'] ?? offset?.['kafka_offset'];
      return sum + (typeof at === 'number' ? at : 0);
    }, 0);
  }
}
