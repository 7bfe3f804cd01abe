// What Swift sees of librdkafka: the client, and the embedded cluster that the demo and some tests run on.
#pragma once
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
