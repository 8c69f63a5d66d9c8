package millrace.clients;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.ToNumberPolicy;
import java.io.IOException;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.JSON;
import org.openapitools.client.api.AdminApi;
import org.openapitools.client.api.ConnectorsApi;
import org.openapitools.client.api.OffsetsApi;
import org.openapitools.client.api.PluginsApi;
import org.openapitools.client.api.ServerApi;
import org.openapitools.client.model.ConnectorOffsets;
import org.openapitools.client.model.CreateConnectorRequest;
import org.openapitools.client.model.ErrorMessage;
import org.openapitools.client.model.InitialState;
import org.openapitools.client.model.ListConnectors200Response;
import org.openapitools.client.model.SetLevelRequest;

/** Drives the client that openapi-generator makes from our document. Argument: the gateway's address. */
final class GeneratedClient implements Conversation.Client {
    private final ServerApi server;
    private final ConnectorsApi connectors;
    private final OffsetsApi offsets;
    private final PluginsApi plugins;
    private final AdminApi admin;

    private GeneratedClient(ApiClient client) {
        server = new ServerApi(client);
        connectors = new ConnectorsApi(client);
        offsets = new OffsetsApi(client);
        plugins = new PluginsApi(client);
        admin = new AdminApi(client);
    }

    public static void main(String[] arguments) throws IOException {
        // Unless told, Gson leaves out null values, which remove keys in a PATCH, and makes floating numbers of whole ones,
        // which no connector takes for a position.
        JSON.setGson(JSON.getGson()
                .newBuilder()
                .serializeNulls()
                .setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE)
                .create());
        Conversation.hold(new GeneratedClient(new ApiClient().setBasePath(arguments[0])));
    }

    @Override
    public JsonElement call(String operation, JsonArray args) throws Conversation.Refused {
        try {
            return json(value(operation, args));
        } catch (ApiException exception) {
            ErrorMessage error = json().fromJson(exception.getResponseBody(), ErrorMessage.class);
            if (error.getErrorCode() != exception.getCode()) {
                throw new IllegalStateException("error_code is not the status " + exception.getCode(), exception);
            }
            throw new Conversation.Refused(exception.getCode(), error.getMessage());
        }
    }

    private Object value(String operation, JsonArray args) throws ApiException {
        return switch (operation) {
            case "server" -> server.serverInfo();
            case "plugins" -> plugins.listConnectorPlugins(null);
            case "pluginConfig" -> plugins.getConnectorConfigDef(text(args, 0), null);
            case "validate" -> plugins.validateConfigs(text(args, 0), Conversation.config(args.get(1)));
            case "loggers" -> admin.listLoggers();
            case "setLevel" -> admin.setLevel(
                    text(args, 0), new SetLevelRequest().level(text(args, 1)), null, null);
            case "offsets" -> offsets.getOffsets(text(args, 0));
            case "alterOffsets" -> offsets.alterConnectorOffsets(
                    text(args, 0), json().fromJson(args.get(1), ConnectorOffsets.class));
            case "resetOffsets" -> offsets.resetConnectorOffsets(text(args, 0));
            default -> ofConnectors(operation, args);
        };
    }

    private Object ofConnectors(String operation, JsonArray args) throws ApiException {
        return switch (operation) {
            case "list" -> connectors.listConnectors(null);
            case "expand" -> connectors.listConnectors(java.util.List.of("info", "status"));
            case "create" -> connectors.createConnector(request(args), null);
            case "createPaused" -> connectors.createConnector(
                    request(args).initialState(InitialState.INITIALLY_PAUSED), null);
            case "get" -> connectors.getConnector(text(args, 0));
            case "config" -> connectors.getConnectorConfig(text(args, 0), null);
            case "put" -> connectors.putConnectorConfig(
                    text(args, 0), Conversation.config(args.get(1)), null, null, null);
            case "patch" -> connectors.patchConnectorConfig(
                    text(args, 0), Conversation.config(args.get(1)), null, null);
            case "status" -> connectors.getConnectorStatus(text(args, 0));
            case "restartWithTasks" -> connectors.restartConnector(text(args, 0), true, false);
            case "tasks" -> connectors.getTaskConfigs(text(args, 0));
            case "taskStatus" -> connectors.getTaskStatus(text(args, 0), args.get(1).getAsInt());
            case "topics" -> connectors.getConnectorActiveTopics(text(args, 0));
            default -> {
                act(operation, args);
                yield null;
            }
        };
    }

    private void act(String operation, JsonArray args) throws ApiException {
        switch (operation) {
            case "pause" -> connectors.pauseConnector(text(args, 0));
            case "resume" -> connectors.resumeConnector(text(args, 0));
            case "stop" -> connectors.stopConnector(text(args, 0));
            case "restart" -> connectors.restartConnector(text(args, 0), null, null);
            case "restartTask" -> connectors.restartTask(text(args, 0), args.get(1).getAsInt());
            case "resetTopics" -> connectors.resetConnectorActiveTopics(text(args, 0));
            case "delete" -> connectors.destroyConnector(text(args, 0), null);
            default -> throw new IllegalArgumentException("There is no operation " + operation);
        }
    }

    private static CreateConnectorRequest request(JsonArray args) {
        return new CreateConnectorRequest().name(text(args, 0)).config(Conversation.config(args.get(1)));
    }

    private static String text(JsonArray args, int index) {
        return args.get(index).getAsString();
    }

    private static Gson json() {
        return JSON.getGson();
    }

    private static JsonElement json(Object value) {
        Object plain = value instanceof ListConnectors200Response list ? list.getActualInstance() : value;
        return json().toJsonTree(plain);
    }
}
