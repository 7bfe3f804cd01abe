{{- define "tidings.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "tidings.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains (include "tidings.name" .) .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "tidings.name" .) | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- /* Selector labels never contain a version: a selector cannot be changed. */ -}}
{{- define "tidings.selectorLabels" -}}
app.kubernetes.io/name: {{ include "tidings.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "tidings.labels" -}}
{{ include "tidings.selectorLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: tidings
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "tidings.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "tidings.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "tidings.image" -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end -}}

{{- /* What both services and the test pod read from the environment. */ -}}
{{- define "tidings.env" -}}
- name: TIDINGS_CONFIG_FILE
  value: /etc/tidings/settings/tidings.yaml
- name: TIDINGS_PROFILE
  value: {{ .Values.profile }}
- name: TIDINGS_KAFKA_BOOTSTRAP_SERVERS
  value: {{ .Values.kafka.bootstrapServers | quote }}
- name: TIDINGS_TOPIC_PREFIX
  value: {{ .Values.topicPrefix | quote }}
{{- if .Values.kafka.configSecret }}
- name: TIDINGS_KAFKA_CONFIG_FILE
  value: /etc/tidings/kafka/kafka.properties
{{- end }}
{{- end -}}

{{- define "tidings.volumeMounts" -}}
- {name: settings, mountPath: /etc/tidings/settings, readOnly: true}
{{- if .Values.kafka.configSecret }}
- {name: kafka, mountPath: /etc/tidings/kafka, readOnly: true}
{{- end }}
{{- end -}}

{{- define "tidings.volumes" -}}
- name: settings
  configMap:
    name: {{ include "tidings.fullname" . }}
{{- if .Values.kafka.configSecret }}
- name: kafka
  secret:
    secretName: {{ .Values.kafka.configSecret }}
    defaultMode: 0440
{{- end }}
{{- end -}}

{{- define "tidings.podSettings" -}}
serviceAccountName: {{ include "tidings.serviceAccountName" . }}
automountServiceAccountToken: false
# A Service named tidings-… would inject TIDINGS_… variables, which the program takes for settings.
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- toYaml .Values.podSecurityContext | nindent 2 }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
