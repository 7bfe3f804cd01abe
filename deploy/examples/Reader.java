// SPDX-License-Identifier: Apache-2.0
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * A minimal correct reader of payment-status events, with Kafka's own client.
 *
 * <pre>java -cp "$KAFKA_HOME/libs/*" Reader.java --bootstrap localhost:9092 --topic payments.status.v1 --until-end
 * java -cp "$KAFKA_HOME/libs/*" Reader.java --bootstrap localhost:9092 --group my-service --table payments.json</pre>
 *
 * It reads as read_committed; keeps per payment the event with the greatest (payment.as_of, revision), or with
 * --per operation the same per operation without the events whose operation is superseded; reports where a revision
 * is missing; and at the end prints a payment or an operation a line. Exit code 1 if there was a gap.
 *
 * With --group the offsets are committed after the table: what was read twice, after a kill or because the group was
 * rewound, changes nothing.
 */
public final class Reader {
    private static final ObjectMapper JSON = new ObjectMapper();

    private record Name(String key, long operation) implements Comparable<Name> {
        public int compareTo(Name other) {
            int order = key.compareTo(other.key);
            return order != 0 ? order : Long.compare(operation, other.operation);
        }
    }

    private final boolean isPerOperation;
    /** The file of the table; null keeps it in memory. A service has a database in its place. */
    private final Path file;
    private final Map<Name, JsonNode> newest = new TreeMap<>();
    private final Map<String, Long> revisions = new HashMap<>();
    private int gaps = 0;

    private Reader(boolean isPerOperation, Path file) throws Exception {
        this.isPerOperation = isPerOperation;
        this.file = file;
        if (file != null && Files.exists(file)) load();
    }

    private void take(ConsumerRecord<String, String> record) throws Exception {
        JsonNode event = JSON.readTree(record.value());
        long revision = event.get("revision").asLong();
        long last = revisions.getOrDefault(record.key(), 0L);
        // A lower one is an event read again, or of a payment that is no longer remembered (400 days): no gap.
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

    private void load() throws Exception {
        JsonNode table = JSON.readTree(file.toFile());
        for (JsonNode row : table.get("latest")) {
            newest.put(new Name(row.get("key").asText(), row.get("operation").asLong()), row.get("event"));
        }
        for (Map.Entry<String, JsonNode> each : table.get("revisions").properties()) {
            revisions.put(each.getKey(), each.getValue().asLong());
        }
    }

    /** Replaces the file as a whole, so that a kill leaves the old table or the new one. */
    private void save() throws Exception {
        ObjectNode table = JSON.createObjectNode();
        for (Map.Entry<Name, JsonNode> entry : newest.entrySet()) {
            ObjectNode row = table.withArray("latest").addObject();
            row.put("key", entry.getKey().key()).put("operation", entry.getKey().operation());
            row.set("event", entry.getValue());
        }
        table.withArray("latest");
        table.set("revisions", JSON.valueToTree(revisions));
        Path next = Path.of(file + ".next");
        JSON.writeValue(next.toFile(), table);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void read(KafkaConsumer<String, String> consumer, String topic, boolean untilEnd) throws Exception {
        if (file != null) {
            consumer.subscribe(List.of(topic));
        } else {
            consumer.assign(consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition())).toList());
            consumer.seekToBeginning(consumer.assignment());
        }
        Map<TopicPartition, Long> ends = Map.of();
        while (!untilEnd || !isAt(ends, consumer)) {
            ConsumerRecords<String, String> records = consumer.poll(Duration.ofSeconds(1));
            for (ConsumerRecord<String, String> record : records) take(record);
            // In this order: killed in between, it reads the batch again, which changes nothing in the table.
            if (file != null && !records.isEmpty()) {
                save();
                consumer.commitSync();
            }
            // For a read_committed consumer the end is the last stable offset: open transactions are not waited for.
            if (!ends.keySet().equals(consumer.assignment())) ends = consumer.endOffsets(consumer.assignment());
        }
    }

    private static boolean isAt(Map<TopicPartition, Long> ends, KafkaConsumer<String, String> consumer) {
        return !ends.isEmpty() && ends.keySet().equals(consumer.assignment())
                && ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
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
            System.out.println(JSON.writeValueAsString(line));
        }
    }

    private static String option(List<String> arguments, String name, String fallback) {
        int index = arguments.indexOf(name);
        return index < 0 ? fallback : arguments.get(index + 1);
    }

    public static void main(String[] words) throws Exception {
        List<String> arguments = Arrays.asList(words);
        String group = option(arguments, "--group", null);
        String table = option(arguments, "--table", null);
        if ((group == null) != (table == null)) throw new IllegalArgumentException("--group and --table go together");
        Properties settings = new Properties();
        settings.put("bootstrap.servers", option(arguments, "--bootstrap", "localhost:9092"));
        settings.put("isolation.level", "read_committed");
        settings.put("enable.auto.commit", "false");
        settings.put("auto.offset.reset", "earliest");
        settings.put("max.poll.records", "100");
        if (group != null) {
            settings.put("group.id", group);
            // How long the partitions of a killed reader wait.
            settings.put("session.timeout.ms", "10000");
        }
        String per = option(arguments, "--per", "payment");
        Reader reader = new Reader(per.equals("operation"), table == null ? null : Path.of(table));
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            String topic = option(arguments, "--topic", "payments.status.v1");
            reader.read(consumer, topic, arguments.contains("--until-end"));
        }
        reader.print();
        System.exit(reader.gaps == 0 ? 0 : 1);
    }
}
