"""Drives PyPI's kafka-connect-py. Argument: the gateway's address."""

import sys

from conversation import Refused, hold
from kafka_connect import KafkaConnect
from requests.exceptions import HTTPError

client = KafkaConnect(url=sys.argv[1])

OPERATIONS = {
    "server": client.get_cluster_info,
    "list": client.list_connectors,
    "expand": lambda: client.list_connectors(expand="status"),
    "create": lambda name, config: client.create_connector({"name": name, "config": config}),
    "createPaused": lambda name, config: client.create_connector(
        {"name": name, "config": config, "initial_state": "PAUSED"}
    ),
    "get": client.get_connector,
    "config": client.get_connector_config,
    "put": client.update_connector,
    "status": client.get_connector_status,
    "pause": client.pause_connector,
    "resume": client.resume_connector,
    "stop": client.stop_connector,
    "restart": client.restart_connector,
    "restartWithTasks": lambda name: client.restart_connector(name, include_tasks=True),
    "tasks": client.list_connector_tasks,
    "taskStatus": client.get_connector_task_status,
    "restartTask": client.restart_connector_task,
    "topics": client.list_connector_topics,
    "resetTopics": client.reset_connector_topics,
    "plugins": client.list_connector_plugins,
    "validate": client.validate_connector_config,
    "delete": client.delete_connector,
}


def told(operation):
    def call(*args):
        try:
            return operation(*args)
        except HTTPError as error:
            if error.response is None:
                raise
            raise Refused(error.response.status_code, error.response.json()["message"]) from error

    return call


hold({name: told(operation) for name, operation in OPERATIONS.items()})
