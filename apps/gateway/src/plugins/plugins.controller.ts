import {
  ConfigInfos,
  ConfigKeyInfo,
  ConnectorConfigBody,
  PluginInfo,
  RestBody,
  RestOperation,
} from '@millrace/rest';
import { Body, Controller, Get, Inject, Param, Put, Query } from '@nestjs/common';
import { ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import { JsonBody } from '../http/json-body.pipe.ts';
import { BooleanFlag, TextParameter } from '../http/parameters.ts';
import { Plugins } from './plugins.ts';

const PluginParam = (): MethodDecorator =>
  ApiParam({ name: 'plugin', description: 'Class or alias of the plugin', schema: { type: 'string' } });

/** `/connector-plugins` */
@ApiTags('plugins')
@Controller('connector-plugins')
export class PluginsController {
  readonly #plugins: Plugins;

  constructor(@Inject(Plugins) plugins: Plugins) {
    this.#plugins = plugins;
  }

  @Get()
  @ApiQuery({
    name: 'connectorsOnly',
    required: false,
    description: 'List source and sink connectors only',
    schema: { type: 'boolean', default: true },
  })
  @RestOperation({
    id: 'listConnectorPlugins',
    summary: 'The plugins of the cluster',
    answers: [{ status: 200, description: 'Plugins by kind', type: [PluginInfo] }],
  })
  list(@Query('connectorsOnly', new BooleanFlag(true)) connectorsOnly: boolean): readonly PluginInfo[] {
    return this.#plugins.list(connectorsOnly);
  }

  @Get(':plugin/config')
  @PluginParam()
  @ApiQuery({
    name: 'version',
    required: false,
    description: 'A version, or a range as Maven writes it',
    schema: { type: 'string' },
  })
  @RestOperation({
    id: 'getConnectorConfigDef',
    summary: 'The settings of a plugin',
    answers: [{ status: 200, description: 'Its own, then those of the framework', type: [ConfigKeyInfo] }],
    errors: { 400: 'There is no such version', 404: 'There is no such plugin' },
  })
  configKeys(
    @Param('plugin') plugin: string,
    @Query('version', new TextParameter()) version: string | null,
  ): Promise<readonly ConfigKeyInfo[]> {
    return this.#plugins.configKeys(plugin, version);
  }

  @Put(':plugin/config/validate')
  @PluginParam()
  @RestBody('config')
  @RestOperation({
    id: 'validateConfigs',
    summary: 'Checks a configuration of a connector',
    answers: [{ status: 200, description: 'Every setting with its errors', type: ConfigInfos }],
    errors: { 400: 'The configuration is of another plugin', 415: 'The body is no application/json' },
  })
  validate(
    @Param('plugin') plugin: string,
    @Body(new JsonBody(ConnectorConfigBody)) { properties }: ConnectorConfigBody,
  ): Promise<ConfigInfos> {
    return this.#plugins.validate(plugin, properties);
  }
}
