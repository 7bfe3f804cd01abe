// SPDX-License-Identifier: Apache-2.0

// Runs lines of kafka-acls.sh, read from a file, in one Java process: a process for each would take minutes.
//
//     java -cp "$KAFKA_HOME/libs/*" AclLines.java FILE
//
// The words of a line are passed to the class behind kafka-acls.sh as they are. Comments are left out. Each
// line is printed before its output. A line that fails ends the process with its exit code.
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.tools.AclCommand;

class AclLines {
    public static void main(String[] arguments) throws Exception {
        for (String line : Files.readAllLines(Path.of(arguments[0]))) {
            if (line.isBlank() || line.startsWith("#")) continue;
            List<String> words = List.of(line.split(" "));
            if (!words.get(0).equals("kafka-acls.sh")) throw new IllegalArgumentException(line);
            System.out.println("> " + line);
            AclCommand.main(words.subList(1, words.size()).toArray(new String[0]));
        }
    }
}
