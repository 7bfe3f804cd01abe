{{- /*
The alerts. One definition for the PrometheusRule of the chart and for deploy/prometheus/rules.yaml, which is this
template with the default thresholds. Every alert links to the runbook's section with its name in lower case.
*/ -}}
{{- define "tidings.rules" -}}
{{- $t := .Values.prometheusRule.thresholds -}}
groups:
  - name: tidings
    rules:
      {{- range $project, $seconds := $t.projectSilentSeconds }}
      - alert: TidingsProjectSilent
        expr: time() - max by (project) (tidings_ingress_last_accepted_timestamp_seconds{project={{ $project | quote }}}) > {{ $seconds }}
        for: 1m
        labels: {severity: critical}
        annotations:
          summary: {{ printf "No callback of project %s for longer than %v s" $project $seconds | quote }}
          description: The platform delivers nothing, or everything it delivers is refused.
          runbook_url: {{ $.Values.prometheusRule.runbookURL }}#tidingsprojectsilent
      {{- end }}
      {{- include "tidings.alert" (dict "root" . "name" "BacklogOld" "severity" "critical" "for" "2m"
        "expr" (printf "time() - min by (partition) (tidings_worker_oldest_unprocessed_timestamp_seconds) > %v" $t.backlogSeconds)
        "summary" "The oldest unprocessed callback of partition {{ $labels.partition }} is {{ $value | humanizeDuration }} old"
        "description" "Workers are down, restoring, blocked, or slower than the callbacks come.") }}
      {{- include "tidings.alert" (dict "root" . "name" "Conflict" "severity" "warning" "for" "0m"
        "expr" "sum(increase(tidings_worker_review_total{decision=\"conflict\"}[15m])) > 0"
        "summary" "Two callbacks of one operation contradict each other"
        "description" "The second one was not published. Compare both with the platform: tidings inspect, tidings review list.") }}
      {{- include "tidings.alert" (dict "root" . "name" "Future" "severity" "warning" "for" "0m"
        "expr" "sum(increase(tidings_worker_review_total{decision=\"future\"}[15m])) > 0"
        "summary" "A callback is dated more than a day ahead"
        "description" "A clock is wrong, or a callback is forged. It waits for review.") }}
      {{- include "tidings.alert" (dict "root" . "name" "Ambiguous" "severity" "warning" "for" "0m"
        "expr" "sum(increase(tidings_worker_review_total{decision=\"ambiguous\"}[15m])) > 0"
        "summary" "A callback was answered 200 and published nowhere"
        "description" "Its signed text can be read in more than one way: an attack, or an unknown format. It waits for review.") }}
      {{- include "tidings.alert" (dict "root" . "name" "KeyExpiring" "severity" "warning" "for" "10m"
        "expr" (printf "min by (project, key) (tidings_key_not_after_timestamp_seconds) - time() < %v" $t.keyExpiringSeconds)
        "summary" "Key {{ $labels.key }} of project {{ $labels.project }} ends in {{ $value | humanizeDuration }}"
        "description" "Finish the key rotation before then: callbacks signed with this key are refused afterwards.") }}
      {{- include "tidings.alert" (dict "root" . "name" "CertificateExpiring" "severity" "warning" "for" "10m"
        "expr" (printf "min by (instance) (tidings_certificate_not_after_timestamp_seconds) - time() < %v" $t.certificateExpiringSeconds)
        "summary" "The TLS certificate of {{ $labels.instance }} ends in {{ $value | humanizeDuration }}"
        "description" "Replace the files; they are loaded without a restart.") }}
      {{- include "tidings.alert" (dict "root" . "name" "Unwritten" "severity" "critical" "for" "1m"
        "expr" (printf "sum by (reason) (rate(tidings_ingress_unwritten_total[5m])) > %v" $t.unwrittenPerSecond)
        "summary" "Kafka refuses callbacks: {{ $labels.reason }}"
        "description" "The platform gets 503 and delivers again for eleven days. Nothing is lost until then.") }}
      {{- include "tidings.alert" (dict "root" . "name" "RestoreStuck" "severity" "critical" "for" (printf "%vs" $t.restoreSeconds)
        "expr" "sum by (instance) (tidings_worker_restoring_threads) > 0"
        "summary" "A restore on {{ $labels.instance }} does not end"
        "description" "Its partitions are not processed. Look at /readyz and the log.") }}
      {{- include "tidings.alert" (dict "root" . "name" "TransactionHanging" "severity" "critical" "for" "0m"
        "expr" "max by (partition) (tidings_worker_withheld_offsets) > 0"
        "summary" "The offsets of partition {{ $labels.partition }} are withheld by a transaction that does not end"
        "description" "Kafka keeps a transaction open that does not end. The runbook has the two commands that resolve it.") }}
      {{- include "tidings.alert" (dict "root" . "name" "Down" "severity" "critical" "for" "2m"
        "expr" "up{job=~\".*tidings.*\"} == 0"
        "summary" "{{ $labels.instance }} does not answer"
        "description" "The process is gone, or its management port is.") }}
      {{- include "tidings.alert" (dict "root" . "name" "PartitionUnowned" "severity" "critical" "for" "5m"
        "expr" "max(tidings_worker_partitions) - sum(tidings_worker_owned_partitions) > 0"
        "summary" "{{ $value }} partitions have no worker"
        "description" "Their callbacks wait. A worker left or cannot join.") }}
      {{- include "tidings.alert" (dict "root" . "name" "PartitionRefused" "severity" "critical" "for" "1m"
        "expr" "max by (partition) (tidings_worker_refused_partitions) > 0"
        "summary" "A worker refuses partition {{ $labels.partition }}"
        "description" "Its offsets, its changelog and its callbacks do not agree. /readyz gives the reason and the flag to use.") }}
      {{- include "tidings.alert" (dict "root" . "name" "CallbacksLost" "severity" "critical" "for" "0m"
        "expr" "sum(increase(tidings_worker_callbacks_lost_total[1h])) > 0"
        "summary" "Retention deleted accepted callbacks before they were processed"
        "description" "Ask the platform for the status of the payments of that time: tidings reconcile.") }}
      {{- include "tidings.alert" (dict "root" . "name" "DeadLetter" "severity" "warning" "for" "0m"
        "expr" (printf "sum(increase(tidings_worker_callbacks_total{decision=\"dead-letter\"}[15m])) > %v" $t.deadLetters)
        "summary" "Records of the callbacks topic could not be read or verified"
        "description" "Another producer writes to the topic, or a key is missing: tidings dead-letter list.") }}
      {{- include "tidings.alert" (dict "root" . "name" "Unavailable" "severity" "critical" "for" "2m"
        "expr" "sum(rate(tidings_ingress_callbacks_total{outcome=\"unavailable\"}[5m])) > 0"
        "summary" "Callbacks are answered 503"
        "description" "Kafka does not confirm them in time. The platform delivers again for eleven days.") }}
      {{- include "tidings.alert" (dict "root" . "name" "SignaturesRefused" "severity" "warning" "for" "10m"
        "expr" (printf "sum(rate(tidings_ingress_callbacks_total{outcome=\"refused\"}[10m])) / sum(rate(tidings_ingress_callbacks_total[10m])) > %v" $t.signaturesRefusedRatio)
        "summary" "{{ $value | humanizePercentage }} of the callbacks have a wrong signature"
        "description" "A key was changed at the platform, or signatures are being guessed.") }}
      {{- include "tidings.alert" (dict "root" . "name" "KeysFileBroken" "severity" "warning" "for" "1m"
        "expr" "max by (instance) (tidings_keys_file_broken) > 0"
        "summary" "The keys file of {{ $labels.instance }} cannot be read"
        "description" "The last good keys stay in use. The log names file and line.") }}
      {{- include "tidings.alert" (dict "root" . "name" "KafkaTLSUnverified" "severity" "warning" "for" "5m"
        "expr" "min by (instance) (tidings_kafka_tls_verified) == 0"
        "summary" "{{ $labels.instance }} does not verify the brokers' certificates"
        "description" "Anybody on the network path can read and change callbacks.") }}
      {{- include "tidings.alert" (dict "root" . "name" "StateFailed" "severity" "critical" "for" "0m"
        "expr" "sum by (instance) (increase(tidings_worker_state_failures_total[10m])) > 0"
        "summary" "The state store of {{ $labels.instance }} failed"
        "description" "A full or broken disk. The worker restores; it stops if that fails too.") }}
{{- end -}}

{{- define "tidings.alert" }}
      - alert: Tidings{{ .name }}
        expr: {{ .expr }}
        for: {{ get . "for" }}
        labels: {severity: {{ .severity }}}
        annotations:
          summary: {{ .summary | quote }}
          description: {{ .description | quote }}
          runbook_url: {{ .root.Values.prometheusRule.runbookURL }}#tidings{{ lower .name }}
{{- end }}
