// SPDX-License-Identifier: Apache-2.0
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What the latency of the worker is measured against: Kafka's own client, exactly once, one record for each,
 * with a commit every 10 ms, as Kafka Streams commits: when the interval has passed and something is open.
 *
 * <p>{@code java JavaLoop BOOTSTRAP IN OUT COMMIT_MILLISECONDS}; prints "ready" once it has its partitions.
 */
public final class JavaLoop {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
    private final String out;
    private final long intervalNanoseconds;
    private long committedAt = System.nanoTime();

    private JavaLoop(String bootstrap, String in, String out, long commitMilliseconds) {
        this.out = out;
        intervalNanoseconds = commitMilliseconds * 1_000_000;
        String name = "java-loop-" + in;
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap, "group.id", name, "isolation.level", "read_committed",
                        "auto.offset.reset", "earliest", "enable.auto.commit", "false"),
                new ByteArrayDeserializer(), new ByteArrayDeserializer());
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrap, "transactional.id", name),
                new ByteArraySerializer(), new ByteArraySerializer());
        producer.initTransactions();
        consumer.subscribe(List.of(in));
    }

    private void run() {
        boolean ready = false;
        for (;;) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(untilCommit())) {
                if (next.isEmpty()) producer.beginTransaction();
                producer.send(new ProducerRecord<>(out, record.partition(), record.key(), record.value()));
                next.put(new TopicPartition(record.topic(), record.partition()),
                        new OffsetAndMetadata(record.offset() + 1));
            }
            if (!next.isEmpty() && System.nanoTime() - committedAt >= intervalNanoseconds) commit();
            if (!ready && !consumer.assignment().isEmpty()) {
                ready = true;
                System.out.println("ready");
            }
        }
    }

    private Duration untilCommit() {
        if (next.isEmpty()) return Duration.ofMillis(100);
        return Duration.ofNanos(Math.max(0, committedAt + intervalNanoseconds - System.nanoTime()));
    }

    private void commit() {
        producer.sendOffsetsToTransaction(next, consumer.groupMetadata());
        producer.commitTransaction();
        next.clear();
        committedAt = System.nanoTime();
    }

    public static void main(String[] words) {
        new JavaLoop(words[0], words[1], words[2], Long.parseLong(words[3])).run();
    }
}
