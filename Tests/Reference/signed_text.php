<?php
// SPDX-License-Identifier: Apache-2.0

// The text that the platform signs, made by PHP itself: what SignedLines must be equal to.
//
// Usage: signed_text.php [FILE]
//
// Reads lines of which the first field is a body in hexadecimal, and prints its text to be signed in
// hexadecimal. PHP's own json_decode, string conversion, array_merge and ksort decide; the rest is as in
// the platform's SDK.
declare(strict_types=1);

ini_set('precision', '14');

/** Removes every member "signature" that is not null, at every depth. */
function withoutSignatures(array $container): array
{
    if (isset($container['signature'])) {
        unset($container['signature']);
    }
    return array_map(fn ($value) => is_array($value) ? withoutSignatures($value) : $value, $container);
}

function flattened(array $container, string $prefix): array
{
    $lines = [];
    foreach ($container as $key => $value) {
        if ($key === 'frame_mode') {
            continue;
        }
        $path = ($prefix ? $prefix . ':' : '') . str_replace(':', '::', (string) $key);
        if (is_array($value)) {
            $lines = array_merge($lines, flattened($value, $path));
        } else {
            $lines[$path] = $path . ':' . (is_bool($value) ? ($value ? '1' : '0') : (string) $value);
        }
    }
    return $lines;
}

$input = isset($argv[1]) ? fopen($argv[1], 'r') : STDIN;
while (($line = fgets($input)) !== false) {
    $body = json_decode(hex2bin(strtok($line, "\t\n")), true, 512, JSON_THROW_ON_ERROR);
    $lines = flattened(withoutSignatures($body), '');
    ksort($lines, SORT_NATURAL);
    echo bin2hex(implode(';', $lines)), "\n";
}
