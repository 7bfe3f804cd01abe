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
 * <pre>java -cp "$KAFKA_HOME/libs/*" Reader.java localhost:9092 payments.status.v1</pre>
 *
 * It reads what is there, as read_committed; keeps per payment the event with the greatest (payment.as_of, revision);
 * says where a revision is missing; and prints what it knows, a payment a line. Exit code 1 if there was a gap.
 */
public final class Reader {
    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, JsonNode> newest = new TreeMap<>();
    private final Map<String, Long> revisions = new HashMap<>();
    private int gaps = 0;

    private void take(ConsumerRecord<String, String> record) throws Exception {
        JsonNode event = json.readTree(record.value());
        long revision = event.get("revision").asLong();
        long last = revisions.getOrDefault(record.key(), 0L);
        // A count that starts again at 1 is a payment remembered no longer (400 days), not a gap.
        if (last > 0 && revision > last + 1) {
            gaps++;
            System.err.printf("gap: %s went from revision %d to %d%n", record.key(), last, revision);
        }
        revisions.put(record.key(), revision);
        // Tokens and recurring registrations are of no payment.
        if (!event.has("payment")) return;
        JsonNode kept = newest.get(record.key());
        if (kept == null || isNewer(event, kept)) newest.put(record.key(), event);
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
        for (Map.Entry<String, JsonNode> entry : newest.entrySet()) {
            JsonNode payment = entry.getValue().get("payment");
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("key", entry.getKey());
            for (String name : List.of("status", "amount", "currency", "as_of")) line.put(name, payment.get(name));
            line.put("revision", entry.getValue().get("revision").asLong());
            System.out.println(json.writeValueAsString(line));
        }
    }

    public static void main(String[] arguments) throws Exception {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", arguments[0]);
        settings.put("isolation.level", "read_committed");
        settings.put("enable.auto.commit", "false");
        Reader reader = new Reader();
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            reader.read(consumer, arguments.length > 1 ? arguments[1] : "payments.status.v1");
        }
        reader.print();
        System.exit(reader.gaps == 0 ? 0 : 1);
    }
}
