package millrace.clients;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sourcelab.kafka.connect.apiclient.Configuration;
import org.sourcelab.kafka.connect.apiclient.KafkaConnectClient;
import org.sourcelab.kafka.connect.apiclient.request.dto.ConnectServerVersion;
import org.sourcelab.kafka.connect.apiclient.request.dto.ConnectorDefinition;
import org.sourcelab.kafka.connect.apiclient.request.dto.ConnectorPlugin;
import org.sourcelab.kafka.connect.apiclient.request.dto.ConnectorPluginConfigDefinition;
import org.sourcelab.kafka.connect.apiclient.request.dto.ConnectorPluginConfigValidationResults;
import org.sourcelab.kafka.connect.apiclient.request.dto.ConnectorStatus;
import org.sourcelab.kafka.connect.apiclient.request.dto.ConnectorsWithExpandedMetadata;
import org.sourcelab.kafka.connect.apiclient.request.dto.NewConnectorDefinition;
import org.sourcelab.kafka.connect.apiclient.request.dto.Task;
import org.sourcelab.kafka.connect.apiclient.request.dto.TaskStatus;
import org.sourcelab.kafka.connect.apiclient.request.post.PostConnectorRestart;
import org.sourcelab.kafka.connect.apiclient.rest.exceptions.InvalidRequestException;

/** Drives org.sourcelab:kafka-connect-client. Argument: the gateway's address. */
final class SourceLabClient implements Conversation.Client {
    private final KafkaConnectClient client;

    private SourceLabClient(KafkaConnectClient client) {
        this.client = client;
    }

    public static void main(String[] arguments) throws IOException {
        Conversation.hold(new SourceLabClient(new KafkaConnectClient(new Configuration(arguments[0]))));
    }

    @Override
    public JsonElement call(String operation, JsonArray args) throws Conversation.Refused {
        try {
            return new Gson().toJsonTree(value(operation, args));
        } catch (InvalidRequestException exception) {
            throw new Conversation.Refused(exception.getErrorCode(), exception.getMessage());
        }
    }

    private Object value(String operation, JsonArray args) {
        String name = args.isEmpty() ? null : args.get(0).getAsString();
        return switch (operation) {
            case "server" -> shown(client.getConnectServerVersion());
            case "list" -> client.getConnectors();
            case "expand" -> shown(client.getConnectorsWithAllExpandedMetadata());
            case "create" -> shown(client.addConnector(
                    new NewConnectorDefinition(name, Conversation.config(args.get(1)))));
            case "get" -> shown(client.getConnector(name));
            case "config" -> client.getConnectorConfig(name);
            case "put" -> shown(client.updateConnectorConfig(name, Conversation.config(args.get(1))));
            case "status" -> shown(client.getConnectorStatus(name));
            case "pause" -> client.pauseConnector(name);
            case "resume" -> client.resumeConnector(name);
            case "restart" -> client.restartConnector(name);
            case "restartWithTasks" -> client.restartConnector(
                    new PostConnectorRestart(name).withIncludeTasks(true));
            case "tasks" -> client.getConnectorTasks(name).stream().map(SourceLabClient::shown).toList();
            case "taskStatus" -> shown(client.getConnectorTaskStatus(name, args.get(1).getAsInt()));
            case "restartTask" -> client.restartConnectorTask(name, args.get(1).getAsInt());
            case "topics" -> Map.of(name, Map.of("topics", client.getConnectorTopics(name).getTopics()));
            case "resetTopics" -> client.resetConnectorTopics(name);
            case "plugins" -> client.getConnectorPlugins().stream().map(SourceLabClient::shown).toList();
            case "validate" -> shown(client.validateConnectorPluginConfig(
                    ConnectorPluginConfigDefinition.newBuilder()
                            .withName(name)
                            .withConfig(Conversation.config(args.get(1)))
                            .build()));
            case "delete" -> client.deleteConnector(name);
            default -> throw new IllegalArgumentException("There is no operation " + operation);
        };
    }

    private static Map<String, Object> shown(ConnectServerVersion version) {
        return Map.of(
                "version", version.getVersion(),
                "commit", version.getCommit(),
                "kafka_cluster_id", version.getKafkaClusterId());
    }

    private static Map<String, Object> shown(ConnectorDefinition connector) {
        List<Object> tasks = new ArrayList<>();
        connector.getTasks().forEach(task -> tasks.add(Map.of("connector", task.getConnector(), "task", task.getTask())));
        return Map.of(
                "name", connector.getName(),
                "type", connector.getType(),
                "config", connector.getConfig(),
                "tasks", tasks);
    }

    private static Map<String, Object> shown(ConnectorStatus status) {
        List<Object> tasks = new ArrayList<>();
        status.getTasks()
                .forEach(task -> tasks.add(Map.of(
                        "id", task.getId(), "state", task.getState(), "worker_id", task.getWorkerId())));
        return Map.of(
                "name", status.getName(),
                "type", status.getType(),
                "connector", status.getConnector(),
                "tasks", tasks);
    }

    private static Map<String, Object> shown(ConnectorsWithExpandedMetadata connectors) {
        Map<String, Object> all = new LinkedHashMap<>();
        for (String name : connectors.getConnectorNames()) {
            all.put(name, Map.of(
                    "info", shown(connectors.getDefinitionForConnector(name)),
                    "status", shown(connectors.getStatusForConnector(name))));
        }
        return all;
    }

    private static Map<String, Object> shown(Task task) {
        return Map.of(
                "id", Map.of("connector", task.getId().getConnector(), "task", task.getId().getTask()),
                "config", task.getConfig());
    }

    private static Map<String, Object> shown(TaskStatus status) {
        return Map.of("id", status.getId(), "state", status.getState(), "worker_id", status.getWorkerId());
    }

    private static Map<String, Object> shown(ConnectorPlugin plugin) {
        return Map.of("class", plugin.getClassName(), "type", plugin.getType(), "version", plugin.getVersion());
    }

    private static Map<String, Object> shown(ConnectorPluginConfigValidationResults results) {
        return Map.of(
                "name", results.getName(),
                "error_count", results.getErrorCount(),
                "groups", results.getGroups());
    }
}
