// What Swift sees of libyaml.
#pragma once
#include <yaml.h>
