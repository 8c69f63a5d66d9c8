import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.security.MessageDigest;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Java's clients at the other end of a topic. Arguments: bootstrap servers, number of records, then for each codec its
 * name, the topic to read and the topic to write. What is read is written again with the codec, and the SHA-256 of all
 * values is printed.
 */
public class Interop {
  public static void main(String[] args) throws Exception {
    int count = Integer.parseInt(args[1]);
    for (int at = 2; at < args.length; at += 3) {
      copy(args[0], count, args[at], args[at + 1], args[at + 2]);
    }
  }

  private static void copy(String servers, int count, String codec, String from, String to) throws Exception {
    Map<String, Object> reading = new HashMap<>(Map.of("bootstrap.servers", servers, "auto.offset.reset", "earliest"));
    Map<String, Object> writing = new HashMap<>(
        Map.of("bootstrap.servers", servers, "compression.type", codec, "batch.size", 300_000, "linger.ms", 100));
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    TopicPartition partition = new TopicPartition(from, 0);
    try (var consumer = new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        var producer = new KafkaProducer<>(writing, new ByteArraySerializer(), new ByteArraySerializer())) {
      consumer.assign(List.of(partition));
      int read = 0;
      while (read < count) {
        for (var record : consumer.poll(Duration.ofSeconds(1))) {
          digest.update(record.value());
          producer.send(new ProducerRecord<>(to, record.value()));
          read++;
        }
      }
    }
    System.out.println(codec + " " + HexFormat.of().formatHex(digest.digest()));
  }
}
