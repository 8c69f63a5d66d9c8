"""Extensions of schemathesis: requests that get past validation, and the server errors that are right."""

import json
import os
import zlib

import schemathesis

# Connectors that the suite has created; requests may delete them and create them anew. The odd ones are sinks.
CONNECTORS = [f"fuzz-{number}" for number in range(6)]
FILE = os.environ["MILLRACE_FUZZ_FILE"]
LOGGERS = ["root", "org.apache.kafka.connect", "org.apache.kafka.connect.runtime.Worker"]
PLUGINS = ["FileStreamSource", "org.apache.kafka.connect.file.FileStreamSinkConnector", "JsonConverter"]


def config_of(name):
    """A configuration that is accepted."""
    if CONNECTORS.index(name) % 2 == 0:
        return {"connector.class": "FileStreamSource", "topic": name, "file": FILE}
    return {"connector.class": "FileStreamSink", "topics": "fuzz-0", "file": f"{FILE}.{name}"}


def chosen(options, value, share):
    """One of the options for `share` percent of all values, None for the others; the same for the same value."""
    number = zlib.crc32(repr(value).encode())
    return options[number // 100 % len(options)] if number % 100 < share else None


def operation_id(operation):
    return operation.definition.raw.get("operationId")


@schemathesis.hook
def map_path_parameters(context, parameters):
    """Most paths name something that is there; few end its being there."""
    ends_it = operation_id(context.operation) in ("destroyConnector", "stopConnector")
    there = {"connector": CONNECTORS, "logger": LOGGERS, "plugin": PLUGINS, "task": [0]}
    for name, options in there.items():
        if parameters and name in parameters:
            option = chosen(options, parameters[name], 15 if ends_it else 75)
            parameters[name] = parameters[name] if option is None else option
    return parameters


@schemathesis.hook
def map_query(_context, query):
    """Most offsets are reset to where they can be."""
    if query and "to" in query:
        query["to"] = chosen(["earliest", "latest", "0"], query["to"], 75) or query["to"]
    return query


@schemathesis.hook
def map_body(context, body):
    """Half of the configurations and offsets are acceptable."""
    operation = operation_id(context.operation)
    if not isinstance(body, dict):
        return body
    name = chosen(CONNECTORS, body, 50)
    if operation == "createConnector":
        # Connectors of made-up names stay until the end; there may be many.
        return {**body, "initial_state": "STOPPED"} if name is None else {"name": name, "config": config_of(name)}
    if operation in ("putConnectorConfig", "patchConnectorConfig", "validateConfigs") and name is not None:
        flat = {key: value for key, value in body.items() if not isinstance(value, (dict, list))}
        return {**flat, **config_of(name), "name": name}
    if operation == "alterConnectorOffsets" and name is not None:
        return {"offsets": [{"partition": {"filename": FILE}, "offset": {"position": 7}}]}
    return body


def is_string_map(value):
    """The JVM reads numbers and booleans as strings, and nothing else."""
    return isinstance(value, dict) and not any(isinstance(item, (dict, list)) for item in value.values())


def is_create_request(value):
    return (
        isinstance(value, dict)
        and set(value) <= {"name", "config", "initial_state"}
        and not isinstance(value.get("name"), (dict, list))
        and is_string_map(value.get("config"))
        and (value.get("initial_state") is None or str(value["initial_state"]).upper() in ("RUNNING", "PAUSED", "STOPPED"))
    )


def is_offsets(value):
    if not isinstance(value, dict) or not set(value) <= {"offsets"}:
        return False
    offsets = value.get("offsets")
    return offsets is None or isinstance(offsets, list) and all(
        isinstance(offset, dict)
        and set(offset) <= {"partition", "offset"}
        and all(part is None or isinstance(part, dict) for part in offset.values())
        for offset in offsets
    )


# What a JVM worker can read as the body of each operation (spec/rest.md section 1); anything else is 500 there.
READABLE = {
    "createConnector": is_create_request,
    "putConnectorConfig": is_string_map,
    "patchConnectorConfig": is_string_map,
    "validateConfigs": is_string_map,
    "setLevel": is_string_map,
    "alterConnectorOffsets": is_offsets,
}


def is_unreadable(operation, sent):
    if operation not in READABLE:
        return False
    try:
        return not READABLE[operation](json.loads(sent or b"null"))
    except ValueError:
        return True


# Every server error that is right: why, and how it is known by operation, body sent and message.
SERVER_ERRORS = [
    (
        "a body that is missing, malformed or of another shape is 500 in the JVM (rest.md section 1)",
        lambda operation, sent, message: is_unreadable(operation, sent),
    ),
    (
        "the validate endpoint wraps the 400 of a missing or unknown class into a 500 (rest.md section 4)",
        lambda operation, sent, message: operation == "validateConfigs"
        and message.startswith("org.apache.kafka.connect.runtime.rest.errors.BadRequestException: "),
    ),
    (
        "offsets that the connector's plugin refuses are 500 with its text (rest.md section 4)",
        lambda operation, sent, message: operation == "alterConnectorOffsets"
        and message.startswith(("Partition objects ", "Offset objects ", "The value for the 'position' key")),
    ),
]


@schemathesis.check
def server_errors_of_the_spec(_context, response, case):
    """No server error but those of the list above."""
    if response.status_code < 500:
        return
    operation = operation_id(case.operation)
    message = str(response.json().get("message"))
    if not any(holds(operation, response.request.body, message) for _reason, holds in SERVER_ERRORS):
        raise AssertionError(f"{operation} was answered {response.status_code}: {message}")
