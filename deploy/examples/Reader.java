import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * A minimal correct reader of payment-status events, with Kafka's own client.
 *
 * <pre>java -cp "$KAFKA_HOME/libs/*" Reader.java localhost:9092 payments.status.v1 [payment|operation]</pre>
 *
 * It reads the topic to its end, as read_committed; keeps per payment the event with the greatest (payment.as_of,
 * revision), or per operation the same without the events whose operation is superseded; reports where a revision is
 * missing; and prints a payment or an operation a line. Exit code 1 if there was a gap.
 */
public final class Reader {
    private final ObjectMapper json = new ObjectMapper();
    private record Name(String key, long operation) implements Comparable<Name> {
        public int compareTo(Name other) {
            int order = key.compareTo(other.key);
            return order != 0 ? order : Long.compare(operation, other.operation);
        }
    }

    private final boolean isPerOperation;
    private final Map<Name, JsonNode> newest = new TreeMap<>();
    private final Map<String, Long> revisions = new HashMap<>();
    private int gaps = 0;

    private Reader(boolean isPerOperation) {
        this.isPerOperation = isPerOperation;
    }

    private void take(ConsumerRecord<String, String> record) throws Exception {
        JsonNode event = json.readTree(record.value());
        long revision = event.get("revision").asLong();
        long last = revisions.getOrDefault(record.key(), 0L);
        // A count that starts again at 1 is a payment that is no longer remembered (400 days), not a gap.
        if (last > 0 && revision > last + 1) {
            gaps++;
            System.err.printf("gap: %s went from revision %d to %d%n", record.key(), last, revision);
        }
        revisions.put(record.key(), revision);
        Name name = name(record.key(), event);
        if (name == null) return;
        JsonNode kept = newest.get(name);
        if (kept == null || isNewer(event, kept)) newest.put(name, event);
    }

    /** What an event is kept by; null if it is not kept. */
    private Name name(String key, JsonNode event) {
        // Tokens and recurring registrations belong to no payment.
        if (!event.has("payment")) return null;
        if (!isPerOperation) return new Name(key, 0);
        // Superseded: the callback arrived after a newer one of its operation.
        if (!event.has("operation") || event.get("operation").path("superseded").asBoolean()) return null;
        return new Name(key, event.get("operation").get("id").asLong());
    }

    /** RFC 3339 in UTC with a fixed number of digits: text order is time order. Without a date it is the oldest. */
    private static boolean isNewer(JsonNode event, JsonNode kept) {
        int order = asOf(event).compareTo(asOf(kept));
        return order > 0 || (order == 0 && event.get("revision").asLong() > kept.get("revision").asLong());
    }

    private static String asOf(JsonNode event) {
        return event.get("payment").path("as_of").asText("");
    }

    private void read(KafkaConsumer<String, String> consumer, String topic) throws Exception {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition())).toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        // For a read_committed consumer the end is the last stable offset: open transactions are not waited for.
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
            for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) take(record);
        }
    }

    private void print() throws Exception {
        for (Map.Entry<Name, JsonNode> entry : newest.entrySet()) {
            JsonNode event = entry.getValue();
            JsonNode sum = isPerOperation ? event.get("operation").path("sum_initial") : event.get("payment");
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("key", entry.getKey().key());
            if (isPerOperation) line.put("operation", entry.getKey().operation());
            line.put("status", event.get(isPerOperation ? "operation" : "payment").get("status"));
            for (String name : List.of("amount", "currency")) line.put(name, sum.get(name));
            line.put("as_of", event.get("payment").get("as_of"));
            line.put("revision", event.get("revision").asLong());
            System.out.println(json.writeValueAsString(line));
        }
    }

    public static void main(String[] arguments) throws Exception {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", arguments[0]);
        settings.put("isolation.level", "read_committed");
        settings.put("enable.auto.commit", "false");
        Reader reader = new Reader(arguments.length > 2 && arguments[2].equals("operation"));
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            reader.read(consumer, arguments.length > 1 ? arguments[1] : "payments.status.v1");
        }
        reader.print();
        System.exit(reader.gaps == 0 ? 0 : 1);
    }
}
