"""Drives the client that openapi-generator makes from our document. Argument: the gateway's address."""

import json
import sys

import openapi_client as api
from conversation import Refused, hold

client = api.ApiClient(api.Configuration(host=sys.argv[1]))
server = api.ServerApi(client)
connectors = api.ConnectorsApi(client)
offsets = api.OffsetsApi(client)
plugins = api.PluginsApi(client)
admin = api.AdminApi(client)


def create(name, config, state=None):
    request = api.CreateConnectorRequest(name=name, config=config, initial_state=state)
    return connectors.create_connector(request)


def plain(value):
    """What a model is as JSON."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return json.loads(value.to_json()) if hasattr(value, "to_json") else value


OPERATIONS = {
    "server": server.server_info,
    "list": connectors.list_connectors,
    "expand": lambda: connectors.list_connectors(expand=["info", "status"]),
    "create": create,
    "createPaused": lambda name, config: create(name, config, api.InitialState.INITIALLY_PAUSED),
    "get": connectors.get_connector,
    "config": connectors.get_connector_config,
    "put": connectors.put_connector_config,
    "patch": connectors.patch_connector_config,
    "status": connectors.get_connector_status,
    "pause": connectors.pause_connector,
    "resume": connectors.resume_connector,
    "stop": connectors.stop_connector,
    "restart": connectors.restart_connector,
    "restartWithTasks": lambda name: connectors.restart_connector(name, include_tasks=True),
    "tasks": connectors.get_task_configs,
    "taskStatus": connectors.get_task_status,
    "restartTask": connectors.restart_task,
    "topics": connectors.get_connector_active_topics,
    "resetTopics": connectors.reset_connector_active_topics,
    "offsets": offsets.get_offsets,
    "alterOffsets": lambda name, wanted: offsets.alter_connector_offsets(
        name, api.ConnectorOffsets.from_dict(wanted)
    ),
    "resetOffsets": offsets.reset_connector_offsets,
    "plugins": plugins.list_connector_plugins,
    "pluginConfig": plugins.get_connector_config_def,
    "validate": plugins.validate_configs,
    "loggers": admin.list_loggers,
    "setLevel": lambda logger, level: admin.set_level(logger, api.SetLevelRequest(level=level)),
    "delete": connectors.destroy_connector,
}


def told(operation):
    def call(*args):
        try:
            return plain(operation(*args))
        except api.ApiException as exception:
            error = api.ErrorMessage.from_json(exception.body)
            assert error.error_code == exception.status, exception.body
            raise Refused(exception.status, error.message) from exception

    return call


hold({name: told(operation) for name, operation in OPERATIONS.items()})
