package millrace.clients;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads one request a line, {"operation", "args"}, and answers one line, {"value"} or {"error": {"status", "message"}}. */
final class Conversation {
    /** A client that can be asked for an operation; its answer is shaped like the REST API's body. */
    interface Client {
        JsonElement call(String operation, JsonArray args) throws Exception;
    }

    /** The client reported an error of the API. */
    static final class Refused extends Exception {
        private final int status;

        Refused(int status, String message) {
            super(message);
            this.status = status;
        }
    }

    private Conversation() {}

    static void hold(Client client) throws IOException {
        // Libraries may write to standard output; answers alone belong there.
        PrintStream answers = System.out;
        System.setOut(System.err);
        Gson gson = new GsonBuilder().serializeNulls().create();
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            JsonObject request = JsonParser.parseString(line).getAsJsonObject();
            JsonObject answer = new JsonObject();
            try {
                JsonElement value = client.call(request.get("operation").getAsString(), request.getAsJsonArray("args"));
                answer.add("value", value == null ? JsonNull.INSTANCE : value);
            } catch (Refused refused) {
                answer.add("error", error(refused.status, refused.getMessage()));
            } catch (Exception exception) {
                exception.printStackTrace();
                answer.add("error", error(null, exception.toString()));
            }
            answers.write((gson.toJson(answer) + "\n").getBytes(StandardCharsets.UTF_8));
            answers.flush();
        }
    }

    /** A configuration among the arguments; null values stay. */
    static Map<String, String> config(JsonElement argument) {
        Map<String, String> config = new LinkedHashMap<>();
        argument.getAsJsonObject()
                .asMap()
                .forEach((key, value) -> config.put(key, value.isJsonNull() ? null : value.getAsString()));
        return config;
    }

    private static JsonObject error(Integer status, String message) {
        JsonObject error = new JsonObject();
        error.addProperty("status", status);
        error.addProperty("message", message);
        return error;
    }
}
